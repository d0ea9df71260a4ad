"""What is wrong with the extensions of Camunda 7: unknown hooks, other languages, unreadable expressions.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from workflow.bpmn.camunda.names import unset
from workflow.bpmn.camunda.people import Form, form
from workflow.bpmn.camunda.tree import flag, named
from workflow.bpmn.camunda.work import bean, listeners, script
from workflow.bpmn.model import BPMN, FOREIGN, Definitions, Finding, Node, Process
from workflow.juel.errors import JuelError
from workflow.juel.templates import compile_template

ZEEBE = "http://camunda.org/schema/zeebe/1.0"
MODELER = "http://camunda.org/schema/modeler/1.0"
LANGUAGES = ("feel", "juel")
REFUSED = ("variableMappingClass", "variableMappingDelegateExpression", "caseRef")
IGNORED = ("taskHandlerClass", "formHandlerClass", "taskHandler", "caseBinding", "caseVersion", "caseTenantId")
CHECKED = {"required", "readonly", "minlength", "maxlength", "min", "max"}  # of fields of forms
TOLD = {"executionListener": {"start", "end", "take"}, "taskListener": {"create", "assignment", "complete"}}
LISTENERS = ("executionListener", "taskListener")
# Elements of BPMN whose text is an expression, and attributes of BPMN that may hold one.
SPOKEN = {
    "conditionExpression", "condition", "timeDate", "timeDuration", "timeCycle", "loopCardinality", "completionCondition",
    "loopCondition", "formalExpression",
}  # fmt: skip
TEXTS = {("message", "name"), ("signal", "name"), ("callActivity", "calledElement"), ("escalation", "escalationCode")}


def problems(
    definitions: Definitions, *, hooks: Collection[str], is_known: Callable[[Form], bool] | None = None
) -> list[Finding]:
    """Everything wrong with the extensions; `hooks` are the names that are known: classes, beans, `connector:` and id.

    `is_known` says whether a form that is named is here; without it forms are not looked for.
    """
    root = definitions.root
    other = _zeebe(root)
    if other is not None:
        return [other]
    owned = list(_owned(root))
    wanted = [(owner, node, name) for owner, node in owned for name in _wanted(node)]
    unknown = [(owner, node, name) for owner, node, name in wanted if name not in hooks]
    found = list(_unknown(unknown))
    beside = {id(child) for _, node in owned if _is_listener(node) for child in node.children}
    for owner, node in owned:
        level = "rule" if id(node) in beside else "error"
        found += [*_refused(owner, node), *_language(owner, node, level), *_expressions(owner, node, hooks)]
        found += [*_forms(owner, node, is_known), *_deaf(owner, node)]
    for process in definitions.processes:
        found += [*unset(process, _texts, hooks), *_held(process)]
    return found


def _held(process: Process) -> Iterator[Finding]:
    """Behind an event-based gateway a token cannot be held: what came takes it along."""
    for element in process.of_type("eventBasedGateway"):
        nodes = [element.node, *(process.flows[flow].node for flow in element.outgoing)]
        hooked = any(one.hook is not None and one.event in ("end", "take") for node in nodes for one in listeners(node))
        if hooked or flag(element.node, "asyncAfter"):
            ja = f"「{_called(element.node)}」の後ろでは待てません(asyncAfter、フックのリスナー)。"
            en = f"Nothing can be waited for behind “{_called(element.node)}” (asyncAfter, hooks that listen)."
            yield _at(element.node, element.node, "held_gateway", ja, en)


def _deaf(owner: Node, node: Node) -> Iterator[Finding]:
    """Listeners to what is not told."""
    if not _is_listener(node):
        return
    event = node.attributes.get("event", "")
    heard = TOLD[node.name]
    if event and event not in heard:
        ja = f"「{_called(owner)}」のリスナー「{event}」は呼ばれません。"
        en = f"The listener “{event}” of “{_called(owner)}” is never called."
        yield _at(owner, node, "ignored_listener", ja, en, "warning")
    elif (
        owner.is_bpmn("process") and event != "start" and any(map(node.attributes.get, ("class", "delegateExpression")))
    ):
        ja = "流れ全体の終わりでは、フックは呼ばれません。終了イベントに付けてください。"
        en = "No hook is called at the end of the whole process; put it at the end events."
        yield _at(owner, node, "ignored_listener", ja, en, "rule")


def _forms(owner: Node, node: Node, is_known: Callable[[Form], bool] | None) -> Iterator[Finding]:
    """A form that is not here, and checks of fields that are not made."""
    asked = form(node) if node.namespace == BPMN else None
    named = (asked.key or asked.ref) if asked is not None else ""
    if asked is not None and named and not asked.fields and is_known is not None and not is_known(asked):
        ja = f"「{_called(owner)}」のフォーム「{named}」は登録されていません。次の分岐が読む値だけを尋ねます。"
        en = (
            f"The form “{named}” of “{_called(owner)}” is not registered; only what the next branch reads is asked for."
        )
        yield _at(owner, node, "unknown_form", ja, en, "warning")
    for field in asked.fields if asked is not None else ():
        for name in sorted(field.validation.keys() - CHECKED):
            ja = f"項目「{field.label}」の検査「{name}」は行いません。"
            yield _at(
                owner, node, "ignored_check", ja, f"The check “{name}” of field “{field.label}” is not made.", "warning"
            )


def _zeebe(root: Node) -> Finding | None:
    """One finding for a model that was drawn for Camunda 8."""
    cloud = root.attributes.get(f"{{{MODELER}}}executionPlatform", "") == "Camunda Cloud"
    there = root if cloud else next(
        (n for n in root.walk() if n.namespace == ZEEBE or any(a.startswith(f"{{{ZEEBE}}}") for a in n.attributes)), None
    )  # fmt: skip
    if there is None:
        return None
    ja = "Camunda 8(Zeebe)向けの図です。Camunda 7の書き方か標準のBPMNで描き直してください。"
    en = "This model is drawn for Camunda 8 (Zeebe); it needs the extensions of Camunda 7, or plain BPMN."
    return Finding("error", "zeebe", ja, en, root.id or there.id, there.line, there.column)


def _owned(root: Node) -> Iterator[tuple[Node, Node]]:
    """Every node, in document order, with the nearest element of BPMN with an id that it belongs to."""
    stack = [(root, root)]
    while stack:
        owner, node = stack.pop()
        own = node if node.namespace == BPMN and node.id and not node.name.endswith("EventDefinition") else owner
        if own is owner and not owner.id and node.id and node.namespace == BPMN:
            own = node
        yield own, node
        stack.extend((own, child) for child in reversed(node.children))


def _at(owner: Node, node: Node, code: str, ja: str, en: str, level: str = "error") -> Finding:
    return Finding(level, code, ja, en, owner.id, node.line, node.column)


def _called(owner: Node) -> str:
    return owner.attributes.get("name", "") or owner.id


def _wanted(node: Node) -> Iterator[str]:
    """The names of the hooks that a node asks for."""
    if _is_listener(node):
        java, delegate = node.attributes.get("class", "").strip(), node.attributes.get("delegateExpression", "").strip()
    elif node.namespace == BPMN:
        java, delegate = node.foreign("class"), node.foreign("delegateExpression")
    else:
        java, delegate = "", ""
    yield from filter(None, [java, bean(delegate) if delegate else ""])
    if node.namespace in FOREIGN and node.name == "connector":
        called = next((c.text.strip() for c in named(node, "connectorId")), "")
        yield f"connector:{called}"


def _unknown(unknown: list[tuple[Node, Node, str]]) -> Iterator[Finding]:
    """One finding for each element; each tells its own names, and the list of all."""
    everything = ", ".join(dict.fromkeys(name for _, _, name in unknown))
    of: dict[int, list[tuple[Node, Node, str]]] = {}
    for row in unknown:
        of.setdefault(id(row[0]), []).append(row)
    for rows in of.values():
        owner, node, _ = rows[0]
        names = ", ".join(dict.fromkeys(name for _, _, name in rows))
        yield _at(
            owner,
            node,
            "unknown_hook",
            f"「{_called(owner)}」の処理「{names}」は登録されていません。未登録の一覧: {everything}",
            f"“{_called(owner)}” asks for “{names}”, which is not registered. All that are not: {everything}",
        )


def _refused(owner: Node, node: Node) -> Iterator[Finding]:
    for name in REFUSED:
        if node.foreign(name):
            ja = f"「{_called(owner)}」の「{name}」は使えません。"
            yield _at(owner, node, "refused_extension", ja, f"“{name}” of “{_called(owner)}” cannot be used.")
    for name in IGNORED:
        if node.foreign(name):
            ja = f"「{_called(owner)}」の「{name}」は無視されます。"
            yield _at(owner, node, "ignored_extension", ja, f"“{name}” of “{_called(owner)}” is ignored.", "warning")


def _is_listener(node: Node) -> bool:
    return node.namespace in FOREIGN and node.name in LISTENERS


def _is_script(node: Node) -> bool:
    return node.is_bpmn("scriptTask") or (node.namespace in FOREIGN and node.name == "script")


def _language(owner: Node, node: Node, level: str) -> Iterator[Finding]:
    """Scripts that are not run: an error where the element is the script, a rule where it only listens beside."""
    if not _is_script(node):
        return
    told = script(node)
    if told.resource:
        ja = f"「{_called(owner)}」のスクリプトのファイル「{told.resource}」は読み込めません。"
        en = f"The script file “{told.resource}” of “{_called(owner)}” cannot be loaded."
        yield _at(owner, node, "script_resource", ja, en, level)
    elif not told.language:
        ja = f"「{_called(owner)}」のスクリプトの言語が書かれていません。FEELとして実行します。"
        en = f"The script of “{_called(owner)}” does not name its language; it is run as FEEL."
        yield _at(owner, node, "script_without_language", ja, en, "warning")
    elif not any(known in told.language for known in LANGUAGES):
        ja = f"「{_called(owner)}」のスクリプトの言語「{told.language}」は実行できません。FEELかJUELで書いてください。"
        en = f"The script of “{_called(owner)}” is written in “{told.language}”; only FEEL and JUEL are run."
        yield _at(owner, node, "script_language", ja, en, level)


def _expressions(owner: Node, node: Node, hooks: Collection[str]) -> Iterator[Finding]:
    """Each expression can be read, and calls only what is known."""
    for text in _texts(node):
        if "${" not in text and "#{" not in text:
            continue
        try:
            template = compile_template(text)
        except JuelError as odd:
            ja = f"「{_called(owner)}」の式「{text.strip()[:80]}」: {odd.ja}"
            en = f"The expression “{text.strip()[:80]}” of “{_called(owner)}”, at {odd.position + 1}: {odd.en}"
            yield _at(owner, node, "expression", ja, en)
            continue
        for call in template.beans:
            if call.name not in hooks and call.name.partition(".")[0] not in hooks:
                ja = f"「{_called(owner)}」の式が呼ぶ「{call.name}」は登録されていません。"
                en = f"An expression of “{_called(owner)}” calls “{call.name}”, which is not registered."
                yield _at(owner, node, "unknown_bean", ja, en)


def _texts(node: Node) -> Iterator[str]:
    """The texts of a node that may hold expressions; those of scripts in other languages are not looked at."""
    if node.namespace in FOREIGN:
        if node.name != "script" or "juel" in script(node).language:
            yield node.text
        yield from (v for k, v in node.attributes.items() if k not in ("class", "delegateExpression"))
        return
    if node.namespace != BPMN:
        return
    if node.name in SPOKEN:
        yield node.text
    if node.is_bpmn("scriptTask") and "juel" in script(node).language:
        yield script(node).text
    for key, value in node.attributes.items():
        space, _, name = key[1:].partition("}") if key.startswith("{") else ("", "", key)
        if (space in FOREIGN and name not in ("class", "delegateExpression")) or (node.name, key) in TEXTS:
            yield value
