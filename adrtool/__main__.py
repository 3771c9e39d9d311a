"""`python -m adrtool`."""

from adrtool.start import main

if __name__ == "__main__":
    main()
