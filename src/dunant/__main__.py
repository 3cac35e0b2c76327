"""`python -m dunant` is the same as the command `dunant`."""

from dunant.cli import main

if __name__ == "__main__":
    main()
