"""An agreement's version as the YAML that loads it."""

from agreements.composition import compose
from agreements.document import write_yaml
from agreements.models import AgreementVersion


def dump(version: AgreementVersion) -> str:
    """The document of a version: what it says is what was loaded, comments and layout are not kept."""
    return write_yaml(compose(version))
