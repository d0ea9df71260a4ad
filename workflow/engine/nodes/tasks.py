"""Tasks: work of people, of machines, of the engine itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from workflow.bpmn.model import FOREIGN, Element, Finding, Node, Process
from workflow.engine import inner_events as inner
from workflow.engine import listeners
from workflow.engine.listening import listen, name_of
from workflow.engine.nodes.activity import Activity
from workflow.engine.nodes.base import Trouble, error
from workflow.engine.throwing import throw_error
from workflow.engine.world import Elsewhere, Thrown
from workflow.expressions import is_template

if TYPE_CHECKING:
    from workflow.engine.run import Run


class Task(Activity):
    """A task of no kind: nothing is done by the engine."""

    tag = "task"


class ManualTask(Activity):
    """Work outside of the system: the engine passes (BPMN 2.0.2, 10.3.3)."""

    tag = "manualTask"


class UserTask(Activity):
    """Work of a person: the token waits until somebody completes it."""

    tag = "userTask"
    returnable: ClassVar[bool] = True

    def begin(self, run: Run, token: int) -> None:
        """Wait."""
        run.wait(token, "person")


class ReceiveTask(Activity):
    """Waits for a message."""

    tag = "receiveTask"

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """It names its message (else somebody has to complete it by hand); one that begins a process is not executed."""
        for finding in _named_message(process, element):
            yield replace(finding, level="warning")
        if element.attributes.get("instantiate", "").strip() in ("true", "1"):
            yield error(
                element,
                "unsupported_attribute",
                f"「{element.name or element.id}」で流れを始めること(instantiate)はできません。"
                "開始イベントを使ってください。",
                f"“{element.name or element.id}” cannot begin an instance (instantiate); use a start event.",
            )

    def begin(self, run: Run, token: int) -> None:
        """Wait."""
        found = run.token(token)
        element = run.element(found)
        named = element.attributes.get("messageRef", "")
        if named and not any(heard.element == element.id for heard in run.draft.listening(token)):
            listen(run, element, token=token, scope=found.scope, at=run.home(found))
        run.wait(token, "message")


def _named_message(process: Process, element: Element) -> Iterator[Finding]:
    if process.reference(element.attributes.get("messageRef", "")) is None:
        yield error(
            element,
            "no_message",
            f"「{element.name or element.id}」がどのメッセージかを示していません。",
            f"“{element.name or element.id}” does not say which message it means.",
        )


class Work(Activity):
    """A task that a machine does: outside (`external`, `hook`), or within the step (`expression`, `decision`)."""

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """It says how it is done."""
        if not _said(element):
            yield error(
                element,
                "no_work",
                f"「{element.name or element.id}」の処理の方法(外部タスクのトピック、フック、式、判断表)が書かれていません。",
                f"“{element.name or element.id}” does not say what does it: topic, hook, expression or decision.",
            )

    def begin(self, run: Run, token: int) -> None:
        """Ask for the work, or do it."""
        found = run.token(token)
        element = run.element(found)
        work(run, token, element, element.node)


def _said(element: Element) -> bool:
    names = ("class", "delegateExpression", "expression", "topic", "decisionRef")
    return any(element.node.foreign(name) for name in names) or connector(element.node) is not None


def connector(node: Node) -> Node | None:
    """The connector of a task or event, if it has one."""
    extensions = node.child("extensionElements")
    inside = extensions.children if extensions is not None else ()
    return next((c for c in inside if c.namespace in FOREIGN and c.name == "connector"), None)


def work(run: Run, token: int, element: Element, node: Node) -> None:
    """What a node says a machine does; `node` is the task, or the message event that carries the same attributes."""
    home = run.home(run.token(token))
    if node.foreign("type") == "external":
        topic = str(run.text(node.foreign("topic"), home, element=element.id))
        said = node.foreign("taskPriority") or run.process.node.foreign("taskPriority") or "0"
        priority = run.text(said, home, element=element.id)
        run.wait(token, "external", {"topic": topic, "priority": listeners.whole(priority)})
    elif node.foreign("decisionRef"):
        _decide(run, token, element, home)
    elif node.foreign("expression"):
        value = acted(run, node.foreign("expression"), home, element.id)
        if node.foreign("resultVariable"):
            run.set_variables({node.foreign("resultVariable"): value}, home)
        run.go_on(token)
    elif node.foreign("class") or node.foreign("delegateExpression") or connector(node) is not None:
        run.wait(token, "hook", {"hook": hook_name(node), "retries": listeners.retry_waits(run.process, element)})
    else:
        name = run.called(element.id)
        raise Trouble("no_work", f"「{name}」の処理の方法がわかりません。", f"“{name}” does not say what does it.")


def acted(run: Run, text: str, home: str, element: str) -> Any:
    """The value of an expression that is work; one of Camunda 7 may set variables beside.  Raises Trouble."""
    if not is_template(text):
        return run.value(text, home, element=element)
    done = run.act(text, home, element=element)
    run.set_variables(done.variables, home)
    run.set_local(done.local, home)
    return done.value


def hook_name(node: Node) -> str:
    """The name under which a hook is known: a class, a bean, or `connector:` and its id."""
    bean = node.foreign("delegateExpression").strip()
    if bean[:2] in ("${", "#{") and bean.endswith("}"):
        bean = bean[2:-1].strip()
    found = connector(node)
    called = next((c.text.strip() for c in found.children if c.name == "connectorId"), "") if found is not None else ""
    return node.foreign("class") or bean or f"connector:{called}"


def _decide(run: Run, token: int, element: Element, home: str) -> None:
    if run.world.decide is None:
        raise Trouble("no_decisions", "判断表を呼べません。", "Decisions cannot be asked here.")
    answer = run.world.decide(element, run.variables(home))
    run.emit(inner.DecisionMade(token, element.id, element.node.foreign("decisionRef"), answer.version, answer.trace))
    if element.node.foreign("resultVariable"):
        run.set_variables({element.node.foreign("resultVariable"): answer.value}, home)
    run.go_on(token)


class ServiceTask(Work):
    """Work of a machine."""

    tag = "serviceTask"


class BusinessRuleTask(Work):
    """A decision."""

    tag = "businessRuleTask"


class SendTask(Work):
    """Sends a message: to other instances by its name, or through a machine where the model says so."""

    tag = "sendTask"

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """It names its message, or who sends it; else it sends nothing."""
        if not _said(element):
            for finding in _named_message(process, element):
                yield replace(finding, level="warning")

    def begin(self, run: Run, token: int) -> None:
        """Send."""
        element = run.element(run.token(token))
        if _said(element):
            super().begin(run, token)
            return
        if element.attributes.get("messageRef", ""):
            home = run.home(run.token(token))
            name, key = name_of(run, element, element.attributes["messageRef"], home)
            run.emit(inner.MessageThrown(token, element.id, name, run.variables(home), key))
        run.go_on(token)


class ScriptTask(Activity):
    """A script in FEEL or in expressions of Camunda 7; others only where the world knows them."""

    tag = "scriptTask"
    children = Activity.children | {"script"}

    def begin(self, run: Run, token: int) -> None:
        """Run it; its result goes to `resultVariable`, or, when it is a context, to variables of its names."""
        found = run.token(token)
        element = run.element(found)
        home = run.home(found)
        if run.world.script is not None:
            try:
                values = run.world.script(element, run.variables(home))
            except Thrown as thrown:
                throw_error(run, token, thrown.code, thrown.message, thrown.variables)
                return
            except Elsewhere:
                run.wait(token, "script")
                return
            if values is not None:
                run.set_variables(values, home)
                run.go_on(token)
                return
        run.set_variables(self._result(run, element, home), home)
        run.go_on(token)

    def _result(self, run: Run, element: Element, home: str) -> Mapping[str, Any]:
        script = element.node.child("script")
        text = script.text.strip() if script is not None else ""
        language = element.attributes.get("scriptFormat", "").strip().lower()
        if language and not any(known in language for known in ("feel", "juel")):
            raise Trouble(
                "script_language", f"「{language}」の台本は実行できません。", f"“{language}” is not executed."
            )
        value = acted(run, text, home, element.id) if text else None
        variable = element.node.foreign("resultVariable") or element.node.own("resultVariable")
        if variable:
            return {variable: value}
        return value if isinstance(value, dict) else {}
