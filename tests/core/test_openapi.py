import pytest
from drf_spectacular.generators import SchemaGenerator

pytestmark = pytest.mark.urls("tests.core.urls")


@pytest.fixture(scope="module")
def schema() -> dict:
    return SchemaGenerator(urlconf="tests.core.urls").get_schema(request=None, public=True)


def test_every_operation_names_its_problems(schema):
    responses = schema["paths"]["/api/v1/entries/"]["get"]["responses"]

    assert set(responses) >= {"200", "401", "403", "404", "422", "429"}
    assert list(responses["422"]["content"]) == ["application/problem+json"]


def test_a_list_names_its_filters_and_its_pages(schema):
    parameters = {p["name"] for p in schema["paths"]["/api/v1/entries/"]["get"]["parameters"]}

    assert parameters == {"actor", "after", "cursor", "is_system", "object_id", "page_size", "verb"}


def test_the_token_is_described_as_a_bearer_token(schema):
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
