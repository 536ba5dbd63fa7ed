"""A YAML file as a model of pydantic's."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from review_gate.domain.message import Message, why
from review_gate.settings.words import not_utf8, problems

Read = TypeVar("Read", bound=BaseModel)


class PolicyError(Exception):
    """A policy, or a file that belongs to it, that cannot be used; `message` says where and what to write."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


def read_yaml(path: Path, shape: type[Read]) -> Read:
    """What the file says. Raises PolicyError: each line names the file, the place in it and what is wrong there."""
    try:
        return shape.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise _wrong(path, why(error)) from error
    except UnicodeDecodeError as error:
        raise _wrong(path, not_utf8(error)) from error
    except yaml.YAMLError as error:
        raise _wrong(path, *_not_yaml(error)) from error
    except ValidationError as error:
        found = [(".".join(map(str, place)), told) for place, _, told in problems(error)]
        en = "\n".join(f"{path}: {place or 'the file'}: {told.en}" for place, told in found)
        fr = "\n".join(f"{path} : {place or 'le fichier'} : {told.fr}" for place, told in found)
        raise PolicyError(Message(en, fr)) from error


def _wrong(path: Path, told: Message, place: str = "") -> PolicyError:
    return PolicyError(Message(f"{path}{place}: {told.en}", f"{path}{place} : {told.fr}"))


def _not_yaml(error: yaml.YAMLError) -> tuple[Message, str]:
    """What to tell, with the parser's own words in brackets, and the place as `:line:column`."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or str(error).splitlines()[0]
    told = Message(
        f"this is not YAML; check quotes, colons and indentation here and just before ({said})",
        "ce n'est pas du YAML ; vérifiez les guillemets, les deux-points et les retraits, ici et juste avant "
        f"(« {said} »)",
    )
    return told, f":{mark.line + 1}:{mark.column + 1}" if mark else ""
