"""Programs that run in the sandbox. They import nothing of Tactful, and the project's own Python may be an old one."""
