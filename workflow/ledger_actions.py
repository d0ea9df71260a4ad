"""What the ledger says of processes."""

from django.utils.translation import gettext_lazy as _

from documents.ledger.actions import LedgerAction


class DefinitionDeployed(LedgerAction):
    """A new version of a process was deployed."""

    code = "workflow.definition.deployed"
    detail = ("key", "version", "name", "sha256")
    label = _("流れ「{name}」({key})の第{version}版を登録しました")


class DefinitionUnchanged(LedgerAction):
    """Somebody deployed what was deployed already."""

    code = "workflow.definition.unchanged"
    detail = ("key", "version", "sha256")
    label = _("流れ {key} を登録しようとしましたが、第{version}版と同じ内容でした")


class DefinitionTakenWithBreaches(LedgerAction):
    """A foreign model was deployed although it breaks rules of BPMN; which, and where."""

    code = "workflow.definition.taken_with_breaches"
    detail = ("key", "version", "count", "breaches")
    label = _("流れ {key} の第{version}版は、BPMNの決まりに反する所({count}件)があるまま登録しました")


class InstanceStarted(LedgerAction):
    """A process began."""

    code = "workflow.instance.started"
    detail = ("key", "version", "title", "business_key")
    label = _("流れ {key} 第{version}版を「{title}」で始めました")


class ItemCompleted(LedgerAction):
    """Somebody did the work of an item; the names of the values he set, not the values."""

    code = "workflow.item.completed"
    detail = ("instance", "element", "name", "business_key", "variables")
    label = _("作業「{name}」を済ませました")


class ItemTaken(LedgerAction):
    """One of several people took a shared piece of work."""

    code = "workflow.item.taken"
    detail = ("instance", "element", "name", "business_key")
    label = _("作業「{name}」を受け持ちました")


class ItemGivenBack(LedgerAction):
    """A shared piece of work was given back to all who may do it; `holder` is who had taken it."""

    code = "workflow.item.given_back"
    detail = ("instance", "element", "name", "business_key", "holder", "reason")
    label = _("作業「{name}」の受持ち({holder})を外しました")


class ItemHandedOn(LedgerAction):
    """Open work came to other people than before."""

    code = "workflow.item.handed_on"
    detail = ("instance", "element", "name", "business_key", "before", "after", "reason")
    label = _("作業「{name}」の処理者を再決定しました {before}→{after}({reason})")


class InstanceRetitled(LedgerAction):
    """An instance is called otherwise."""

    code = "workflow.instance.retitled"
    detail = ("business_key",)
    label = _("流れ({business_key})の件名の見せ方を変えました")


class InstanceReturned(LedgerAction):
    """A process went back to an earlier activity."""

    code = "workflow.instance.returned"
    detail = ("element", "name", "reason", "voided")
    label = _("「{name}」へ戻しました。理由: {reason}")


class InstanceCancelled(LedgerAction):
    """A process was called off."""

    code = "workflow.instance.cancelled"
    detail = ("title", "business_key", "reason")
    label = _("「{title}」を取り消しました。理由: {reason}")


class IncidentRetried(LedgerAction):
    """An operator let the element of an incident be tried again."""

    code = "workflow.incident.retried"
    detail = ("incident", "element", "problem", "variables", "solved")
    label = _("止まっていた「{element}」をやり直しました")


class TokenMoved(LedgerAction):
    """An operator put a stuck instance before another element."""

    code = "workflow.incident.moved"
    detail = ("incident", "element", "target", "problem", "reason")
    label = _("止まっていた「{element}」を「{target}」へ移しました。理由: {reason}")


class LoanStarted(LedgerAction):
    """Somebody asked to borrow equipment."""

    code = "workflow.loan.started"
    detail = ("title", "item", "lent_from", "lent_to", "purpose")
    label = _("{item} の貸出({lent_from}から{lent_to})を申請しました")


class EventHappened(LedgerAction):
    """Something that an instance listened for came: a message, a signal, a time."""

    code = "workflow.event.happened"
    detail = ("element", "kind", "name", "business_key")
    label = _("「{element}」の待ち合わせ({kind})が済みました")


class MessageKept(LedgerAction):
    """A message came for which nobody waits yet."""

    code = "workflow.message.kept"
    detail = ("name", "key", "business_key")
    label = _("メッセージ「{name}」は、まだ待つ案件がないので預かりました")


class SignalSent(LedgerAction):
    """A signal went out to all who listen."""

    code = "workflow.signal.sent"
    detail = ("name", "instances", "started")
    label = _("シグナル「{name}」を{instances}件の案件に伝え、{started}件を始めました")


class WorkContinued(LedgerAction):
    """An instance went on behind a save point."""

    code = "workflow.work.continued"
    detail = ("element", "business_key")
    label = _("「{element}」の処理を続けました")


class MachineWorkDone(LedgerAction):
    """A machine did its work; the names of what it handed back, not the values."""

    code = "workflow.machine_work.done"
    detail = ("element", "kind", "name", "business_key", "variables")
    label = _("機械の処理「{element}」({name})が済みました")


class MachineWorkFailed(LedgerAction):
    """A machine could not do its work; `left` tries remain."""

    code = "workflow.machine_work.failed"
    detail = ("element", "kind", "name", "business_key", "problem", "left")
    label = _("機械の処理「{element}」({name})が失敗しました(残り{left}回)")


class MachineWorkRefused(LedgerAction):
    """The work of a machine ended in a business error."""

    code = "workflow.machine_work.refused"
    detail = ("element", "kind", "name", "business_key", "error")
    label = _("機械の処理「{element}」({name})が業務エラー「{error}」で終わりました")


class CalledReturned(LedgerAction):
    """A called instance ended, failed or told its caller of something."""

    code = "workflow.called.returned"
    detail = ("element", "called", "outcome", "business_key")
    label = _("呼び出した流れ「{element}」から戻りました({outcome})")


class InstanceSuspended(LedgerAction):
    """Somebody let an instance rest, or go on again (`rests`)."""

    code = "workflow.instance.suspended"
    detail = ("title", "business_key", "rests", "reason")
    label = _("案件「{title}」の休止を切り替えました(休止={rests})")


class InstanceMigrated(LedgerAction):
    """An instance goes on by another version: `elements` called otherwise, events no longer and newly listened for."""

    code = "workflow.instance.migrated"
    detail = ("title", "business_key", "before", "after", "elements", "closed", "opened", "reason")
    label = _("案件「{title}」を第{before}版から第{after}版へ移しました")
