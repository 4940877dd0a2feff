"""`moro-lod` and `python -m moro_lod`."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit."""
    from .cli import run

    raise SystemExit(run())


if __name__ == "__main__":
    main()
