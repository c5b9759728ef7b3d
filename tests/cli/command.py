"""The command line as the tests of it call it."""

from typer.testing import CliRunner, Result

from kidswear_brain.cli import app


def kidswear(*arguments: object, **how: str) -> Result:
    """Run a command in this process; `how` is the runner's: input, env."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], **how)
