"""The operators' commands: on top of the kernel, beside whatever runs, without the local stack."""
