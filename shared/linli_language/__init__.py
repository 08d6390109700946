"""The words all services share: roles, and the codes of rejections with their texts."""
