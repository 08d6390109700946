"""Pictures of before and after 办理前后照片: what is taken in, how it is kept, who gets it back.

| what | file |
|---|---|
| from what somebody uploads to a picture and nothing else | `pictures` |
| sealed, under a key that its event holds | `boxes` |
| where they are kept | `folder`, `bucket`, `settings` |
| HTTP | `api` |

Which case takes one, and which it needs to be resolved, are rules of the case: `complaints/proof`.
"""
