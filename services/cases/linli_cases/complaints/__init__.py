"""Cases 事件, from report to rating. Where to look:

| what | file |
|---|---|
| what can be asked, and by whom | `commands` |
| in which state | `moves` |
| the rules, found by `domain` | `reporting`, `handling`, `waiting`, `clocks`, `proof`, `ending` |
| what happened, and what of it a rule reads | `events`, `state` |
| deadlines: policy, business calendar, arithmetic | `sla` |
| what wakes a case up by itself | `reminders` |
| what it keeps from other cases | `reservations`, `likeness` |
| HTTP, and this service's own view | `api`, `open_cases` |
"""
