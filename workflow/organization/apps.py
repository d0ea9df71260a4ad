"""The app's name for Django, and its entry of the personal menu."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config.web import navigation
from config.web.pages import Access


class OrganizationConfig(AppConfig):
    """Staff, units, posts: dated, never overwritten."""

    name = "workflow.organization"
    label = "organization"

    def ready(self) -> None:
        """Who holds several posts chooses in which one he acts; everybody reads the chart, administrators keep it."""
        # Models must not be imported before the apps are ready.
        from documents.links import name_units  # noqa: PLC0415 - as above
        from workflow.organization.queries import unit_names  # noqa: PLC0415 - as above

        name_units(unit_names)
        entry = navigation.Entry
        address = "organization:choose_post"
        navigation.register(entry(10, _("職を選ぶ"), address, Access.DRAFTER, "/organization/post/", personal=True))
        navigation.register(entry(20, _("組織図"), "organization:chart", Access.STAFF, "/organization/", personal=True))
        sight = "organization:sight_find"
        prefix = "/organization/sight/"
        navigation.register(entry(30, _("だれが何を見られるか"), sight, Access.AUDITOR, prefix, personal=True))
        navigation.register(entry(80, _("組織"), "organization:exceptions", Access.ADMINISTRATOR, "/organization/"))
