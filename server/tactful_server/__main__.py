"""`python -m tactful_server …` is `tactful …`."""

from tactful_server.cli import main

main()
