"""Server-side apply counts who owns which field, as on a real API with Knative's kinds."""

from support.kubernetes.client import Answer, Client
from support.kubernetes.manifests import config_map, knative_service, trigger
from support.kubernetes.resources import Object

_SERVICES = "serving.knative.dev/v1/services"
_TRIGGERS = "eventing.knative.dev/v1/triggers"


def managers(found: Answer) -> list[tuple[str, str]]:
    """Who owns anything of it, and by which operation."""
    listed = found.body["metadata"].get("managedFields", [])
    return [(each["manager"], each["operation"]) for each in listed]


def version(found: Answer) -> str:
    return str(found.body["metadata"]["resourceVersion"])


async def test_what_is_not_there_is_created_and_the_same_again_changes_nothing(
    functions: Client,
) -> None:
    made = await functions.apply(_SERVICES, knative_service("a"))
    assert made.status == 201
    again = await functions.apply(_SERVICES, knative_service("a"))
    assert again.status == 200
    assert version(again) == version(made)
    assert again.body["metadata"]["generation"] == 1


async def test_an_apply_needs_a_manager(api: Client) -> None:
    refused = await api.apply("configmaps", config_map("a"), manager="")
    assert refused.said == (422, "Invalid")
    assert "fieldManager" in refused.body["message"]


async def test_what_a_manager_no_longer_declares_goes(api: Client) -> None:
    await api.apply("configmaps", config_map("a", {"x": "1", "y": "1"}))
    applied = await api.apply("configmaps", config_map("a", {"y": "2"}))
    assert applied.body["data"] == {"y": "2"}


async def test_what_another_manager_declares_stays(api: Client) -> None:
    await api.apply("configmaps", config_map("a", {"x": "1", "y": "1"}), "one")
    await api.apply("configmaps", config_map("a", {"x": "1", "z": "1"}), "two")
    applied = await api.apply("configmaps", config_map("a", {"y": "1"}), "one")
    assert applied.body["data"] == {"x": "1", "y": "1", "z": "1"}


async def test_a_field_of_another_manager_is_a_conflict_unless_it_is_forced(api: Client) -> None:
    await api.apply("configmaps", config_map("a", {"x": "1"}), "one")
    refused = await api.apply("configmaps", config_map("a", {"x": "2"}), "two")
    assert refused.said == (409, "Conflict")
    (cause,) = refused.body["details"]["causes"]
    assert cause["reason"] == "FieldManagerConflict"
    assert cause["field"] == ".data.x"
    assert '"one"' in cause["message"]
    forced = await api.apply("configmaps", config_map("a", {"x": "2"}), "two", force="true")
    assert forced.body["data"] == {"x": "2"}
    assert managers(forced) == [("two", "Apply")]
    back = await api.apply("configmaps", config_map("a", {"x": "1"}), "one")
    assert back.said == (409, "Conflict")


async def test_what_somebody_updated_is_his(api: Client) -> None:
    await api.apply("configmaps", config_map("a", {"x": "1"}), "one")
    edited = await api.patch("configmaps", "a", {"data": {"x": "2"}}, fieldManager="editor")
    assert managers(edited) == [("editor", "Update")]
    refused = await api.apply("configmaps", config_map("a", {"x": "1"}), "one")
    (cause,) = refused.body["details"]["causes"]
    assert cause["message"].startswith('conflict with "editor"')


async def test_the_same_value_is_shared(api: Client) -> None:
    await api.apply("configmaps", config_map("a", {"x": "1"}), "one")
    applied = await api.apply("configmaps", config_map("a", {"x": "1"}), "two")
    assert managers(applied) == [("one", "Apply"), ("two", "Apply")]


async def test_the_containers_of_a_knative_service_are_one_value(functions: Client) -> None:
    await functions.apply(_SERVICES, knative_service("a", "b:1"), "one")
    refused = await functions.apply(_SERVICES, knative_service("a", "b:2"), "two")
    assert refused.said == (409, "Conflict")
    (cause,) = refused.body["details"]["causes"]
    assert cause["field"] == ".spec.template.spec.containers"


async def test_an_old_version_conflicts_without_causes(functions: Client) -> None:
    old = await functions.apply(_SERVICES, knative_service("a", "b:1"))
    await functions.apply(_SERVICES, knative_service("a", "b:2"))
    stale = knative_service("a", "b:3", resourceVersion=version(old))
    refused = await functions.apply(_SERVICES, stale)
    assert refused.said == (409, "Conflict")
    assert "causes" not in refused.body["details"]


async def test_a_version_of_what_is_gone_creates_it_again(functions: Client) -> None:
    old = await functions.apply(_SERVICES, knative_service("a"))
    await functions.delete(_SERVICES, "a")
    again = await functions.apply(_SERVICES, knative_service("a", resourceVersion=version(old)))
    assert again.status == 201


async def test_the_uid_of_another_object_is_refused(functions: Client) -> None:
    await functions.apply(_SERVICES, knative_service("a"))
    refused = await functions.apply(_SERVICES, knative_service("a", uid="another"))
    assert refused.said == (422, "Invalid")


async def test_a_field_that_the_kind_does_not_have_breaks_the_server(functions: Client) -> None:
    service = knative_service("a")
    service["spec"]["template"]["spec"]["nonsense"] = 1
    refused = await functions.apply(_SERVICES, service)
    assert refused.said == (500, "")
    assert "field not declared in schema" in refused.body["message"]


async def test_a_field_that_needs_a_flag_is_denied_by_the_webhook(functions: Client) -> None:
    service = knative_service("a")
    service["spec"]["template"]["spec"]["nodeSelector"] = {"x": "y"}
    refused = await functions.apply(_SERVICES, service)
    assert refused.status == 400
    assert "nodeSelector" in refused.body["message"]


async def test_a_filter_cannot_be_changed_by_an_apply(functions: Client) -> None:
    await functions.apply(_TRIGGERS, trigger("a"))
    changed: Object = trigger("a", filter={"attributes": {"type": "b"}})
    refused = await functions.apply(_TRIGGERS, changed)
    assert refused.status == 400
    assert "Immutable fields changed" in refused.body["message"]


async def test_what_is_created_belongs_to_who_created_it(api: Client) -> None:
    made = await api.create("configmaps", config_map("a", {"x": "1"}), fieldManager="one")
    assert managers(made) == [("one", "Update")]
