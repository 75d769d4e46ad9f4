"""What every answer has to be, whatever was asked."""
import re

from peers import Failure

UNSAFE = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u2800"
    "\U000e0000-\U000e007f]")
CANCELLED, METHOD, PARAMS = -32800, -32601, -32602
TOO_LARGE = re.compile("explanations wait already")


def fail_unless(holds, sentence, *args):
    if not holds:
        raise Failure(sentence % args)


def unescaped(snippet):
    return re.sub(r"\\([\\$}])", r"\1", snippet)


def judge_text(asked, span, new):
    """`new` takes the place of `span` of the text that was asked about."""
    start, end = (asked.buffer.offset(span[edge]) for edge in ("start", "end"))
    fail_unless(start is not None and end is not None, "%s is not in the document", span)
    fail_unless(span["start"]["line"] == span["end"]["line"], "%s is on two lines", span)
    fail_unless(start <= end == asked.offset, "%s does not end at the cursor", span)
    typed = asked.buffer.text[start:end]
    fail_unless(new.startswith(typed) and len(new) > len(typed),
                "%r does not begin with what was typed, %r", new[:80], typed[-80:])
    found = UNSAFE.search(new, len(typed))
    fail_unless(not found, "it holds %a: %a", found and found[0], new[:200])
    return typed


def judge_inline_item(asked, item):
    text = item["insertText"]
    typed = judge_text(asked, item["range"], text)
    fail_unless(item.get("filterText", text).startswith(typed), "filterText without %r", typed)
    if asked.selected and len(asked.selected) > len(typed):
        fail_unless(text.startswith(asked.selected), "%r does not extend the selected %r",
                    text[:80], asked.selected)
    return text


def judge_menu_item(asked, item):
    text = item["textEdit"]["newText"]
    if item.get("insertTextFormat") == 2:
        text = unescaped(text)
    typed = judge_text(asked, item["textEdit"]["range"], text)
    fail_unless(item.get("filterText", "").startswith(typed), "filterText without %r", typed)
    fail_unless(item["label"] and not re.search("[\0-\x1f]", item["label"]),
                "the label %a is no line", item["label"])
    fail_unless(asked.multiline or "\n" not in text, "several lines for one: %r", text)
    return text


def judge_completion(asked, result):
    """The new text, or None."""
    if result is None:
        fail_unless(asked.outdated(), "null, though nothing has taken its place")
        return None
    items = result["items"]
    fail_unless(len(items) <= 1, "%d items", len(items))
    if not items:
        return None
    fail_unless(not asked.buffer_out_of_step, "an item in a document that is out of step")
    judge = judge_inline_item if asked.kind == "inline" else judge_menu_item
    return judge(asked, items[0])


def judge_explain(asked, result):
    b, at, features = asked.buffer, asked.offset, result["features"]
    wanted = {"line_prefix": b.prefix(at), "line_suffix": b.suffix(at),
              "prefix_bytes": b.bytes(0, at), "suffix_bytes": b.bytes(at, len(b.text)),
              "file_lines": len(b.starts)}
    for name, value in wanted.items():
        fail_unless(features[name] == value, "the server's %s is %.300r; the editor's is %.300r",
                    name, features[name], value)
    fail_unless(result["candidates"] and result["model"], "no model: %r", result)


def judge_error(asked, error):
    code, sentence = error["code"], error["message"]
    fail_unless(sentence and not UNSAFE.search(sentence), "an error without a sentence: %r", error)
    if asked.cancelled and code == CANCELLED:
        return
    if asked.kind == "explain":
        fail_unless(TOO_LARGE.search(sentence), "%r", error)
    else:
        fail_unless(code in asked.errors, "an error, %r", error)


def judge(asked, message):
    """The new text, or None. Raises Failure."""
    if "error" in message:
        judge_error(asked, message["error"])
        return None
    fail_unless(not asked.errors, "an answer to nonsense: %.200r", message)
    result = message["result"]
    if asked.kind in ("inline", "menu"):
        return judge_completion(asked, result)
    if asked.kind == "explain":
        judge_explain(asked, result)
    return None
