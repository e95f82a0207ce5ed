"""Model fields for what must not lie in clear in the database."""

import json
from typing import Any

from django.db import models

from slrt.core import crypto


class EncryptedText(models.BinaryField):
    """Text kept as AES-GCM bytes; read and written as `str`. Cannot be searched: pair it with a blind index."""

    # For the type checker: what is assigned and read is not the bytes of the column.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, bytes | memoryview):
            return value
        return crypto.encrypt(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(self.get_prep_value(value), connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else crypto.decrypt(value)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("Encrypted values are not serialised.")


class EncryptedJSON(EncryptedText):
    """A JSON value kept encrypted; read and written as Python data."""

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, bytes | memoryview):
            return value
        return crypto.encrypt(json.dumps(value, ensure_ascii=False))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else json.loads(crypto.decrypt(value))


class BlindIndex(models.BinaryField):
    """The 16-byte HMAC that stands for a number in searches and unique constraints."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        kwargs.setdefault("max_length", crypto.INDEX_BYTES)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else bytes(value)
