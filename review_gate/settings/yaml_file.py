"""A YAML file as a model of pydantic's."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from review_gate.domain.message import Message

Read = TypeVar("Read", bound=BaseModel)


class PolicyError(Exception):
    """A policy, or a file that belongs to it, that cannot be used; `message` says where and what to write."""

    def __init__(self, message: Message | str) -> None:
        """A str is what a library says of the file, in English alone."""
        super().__init__(str(message))
        self.message = message if isinstance(message, Message) else Message(message, message)


def read_yaml(path: Path, shape: type[Read]) -> Read:
    """What the file says. Raises PolicyError: each line names the file, the place in it and what is wrong there."""
    try:
        return shape.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PolicyError(f"{path}: {error}") from error
    except ValidationError as error:
        lines = (
            f"{path}: {'.'.join(map(str, problem['loc'])) or 'the file'}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        )
        raise PolicyError("\n".join(lines)) from error
