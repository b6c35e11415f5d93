//! `daicho preview`

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use daicho_core::kintone::{FieldValue, FormSchema, NumberPrecision, Record};
use daicho_core::mapping::{Action, Compiled, CompiledTarget, Context, Gone, Outcome};
use daicho_core::stripe::Kind;
use daicho_core::validation::{Issue, check_projection};
use serde_json::{Value, json};

use super::arguments::Preview;
use super::zones::Iana;
use super::{file, report};
use crate::{Ended, Language};

/// What kintone would get.
struct Previewed {
    action: Action,
    record: Record,
    /// The fields in the order of the mapping, the key first.
    order: Vec<String>,
    issues: Vec<Issue>,
    /// Why it is not written as an object that is taken.
    note: Option<(&'static str, &'static str)>,
    /// Whether the precision of the app's numbers was not given.
    is_assumed: bool,
}

/// Carries out `daicho preview`.
///
/// # Errors
/// [`crate::Unusable`] input, or an answer that cannot be written.
pub(crate) fn run(arguments: &Preview, lang: Language, output: &mut impl Write) -> Result<Ended> {
    let mapping = file::mapping(&arguments.mapping)?;
    let Some(target) = mapping.targets.get(&arguments.target) else {
        return Err(file::no_target(&mapping, "--target", &arguments.target).into());
    };
    let object = file::object(&arguments.object, Kind::from(target.source).as_str())?;
    let form = file::form(&arguments.form)?;
    let precision = arguments.settings.as_deref().map(file::settings).transpose()?.unwrap_or_default();
    let mut context = arguments.context.as_deref().map(file::context).transpose()?.unwrap_or_default();
    context.now = context.now.or_else(now);
    let mut previewed = match Compiled::with_zones(&mapping, &Iana) {
        Err(issues) => Previewed::nothing(issues),
        Ok(compiled) => match compiled.target(&arguments.target) {
            Some(target) => projected(target, &object, &form, precision, &context),
            None => Previewed::nothing(Vec::new()),
        },
    };
    previewed.is_assumed = arguments.settings.is_none();
    if arguments.json {
        let Previewed { action, record, issues, .. } = &previewed;
        writeln!(output, "{:#}", json!({"action": action.as_str(), "record": record, "issues": issues}))?;
    } else {
        output.write_all(previewed.shown(&form, lang).as_bytes())?;
    }
    Ok(if previewed.issues.iter().any(Issue::is_error) { Ended::Refused } else { Ended::Well })
}

fn projected(
    target: &CompiledTarget,
    object: &Value,
    form: &FormSchema,
    precision: NumberPrecision,
    context: &Context,
) -> Previewed {
    let Outcome { action, key, mut record, mut issues } = target.outcome(object, form, context, &Iana);
    // Only what is written has to have a key that its field takes.
    let key = key.filter(|_| action == Action::Write);
    issues.extend(check_projection(target, key.as_deref(), &record, form, precision));
    if let Some(key) = key {
        record.insert(target.key_field.clone(), FieldValue { value: key.into() });
    }
    let mut order: Vec<String> = record.iter().map(|(code, _)| code.to_string()).collect();
    order.sort_by_key(|code| target.rule_of(code));
    Previewed { action, record, order, issues, note: note(action, target.gone(object)), is_assumed: false }
}

/// What becomes of an object that is not written as one that is taken.
fn note(action: Action, gone: Option<Gone>) -> Option<(&'static str, &'static str)> {
    Some(match (gone, action) {
        (Some(Gone::Left), Action::Mark) => (
            "条件（condition）に合いません。レコードがあれば、上の値を書き込みます（on_leave）。",
            "The object does not match the condition: if there is a record, this is written to it (on_leave).",
        ),
        (Some(Gone::Left), Action::Delete) => (
            "条件（condition）に合いません。レコードがあれば削除します（on_leave）。",
            "The object does not match the condition: if there is a record, it is deleted (on_leave).",
        ),
        (Some(Gone::Left), _) => (
            "条件（condition）に合わないため、このオブジェクトは書き込みません。",
            "The object does not match the condition and is not written.",
        ),
        (Some(Gone::Deleted), Action::Mark) => (
            "Stripeで削除されています。レコードがあれば、上の値を書き込みます（on_delete）。",
            "The object is deleted in Stripe: if there is a record, this is written to it (on_delete).",
        ),
        (Some(Gone::Deleted), Action::Delete) => (
            "Stripeで削除されています。レコードがあれば削除します（on_delete）。",
            "The object is deleted in Stripe: if there is a record, it is deleted (on_delete).",
        ),
        (Some(Gone::Deleted), _) => (
            "Stripeで削除されているため、このオブジェクトは書き込みません。",
            "The object is deleted in Stripe and is not written.",
        ),
        (None, Action::Keep) => (
            "レコードがすでにあるため、書き込みません（create_only）。",
            "There is a record already: nothing is written (create_only).",
        ),
        (None, _) => return None,
    })
}

fn now() -> Option<i64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

impl Previewed {
    fn nothing(issues: Vec<Issue>) -> Self {
        let (record, order) = (Record::new(), Vec::new());
        Self { action: Action::Keep, record, order, issues, note: None, is_assumed: false }
    }

    fn shown(&self, form: &FormSchema, lang: Language) -> String {
        let label = |code: &str| {
            form.field(code).map_or_else(|| code.to_owned(), |field| report::name(&field.label, code))
        };
        let field = |code: &String| Some((label(code), shown(&self.record.get(code)?.value)));
        let lines: Vec<(String, String)> = self.order.iter().filter_map(field).collect();
        let columns = report::widest(lines.iter().map(|(label, _)| label.as_str()));
        let mut said = String::new();
        for (label, value) in &lines {
            let value = if value.is_empty() {
                report::aside(lang.pick("（空にする）", "(cleared)"))
            } else {
                value.clone()
            };
            let gap =
                if value.starts_with('\n') { label.clone() } else { report::padded(label, columns) + "  " };
            said.push_str(&format!("{gap}{value}\n"));
        }
        if let Some((ja, en)) = self.note {
            said.push_str(&format!("{}\n", lang.pick(ja, en)));
        }
        let issues: Vec<&Issue> = self.issues.iter().collect();
        said.push_str(&format!("\n{}\n{}", report::count(&issues, lang), report::issues(&issues, lang)));
        if issues.iter().any(|issue| issue.code == "related_missing") {
            let advice = lang.pick(
                "足りないオブジェクトは --context FILE の related または ledger で渡せます（daicho preview --help）。",
                "Give what is missing with --context FILE, as `related` or `ledger` (daicho preview --help).",
            );
            said.push_str(&format!("  {}\n", report::aside(advice)));
        }
        if self.is_assumed && self.action == Action::Write {
            said.push_str(&report::assumed_precision("", lang));
        }
        said
    }
}

/// A value in one line, a table's rows one below the other.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.replace('\n', " ⏎ "),
        Value::Array(items) => {
            let rows = items.iter().any(|item| item.get("value").is_some());
            let items: Vec<String> = items.iter().map(item).collect();
            if rows { format!("\n    {}", items.join("\n    ")) } else { items.join(", ") }
        }
        other => other.to_string(),
    }
}

fn item(item: &Value) -> String {
    if let Some(cells) = item.get("value").and_then(Value::as_object) {
        let cell = |(code, cell): (&String, &Value)| {
            format!("{code}: {}", shown(cell.get("value").unwrap_or(&Value::Null)))
        };
        let id = item.get("id").and_then(Value::as_str).map(|id| format!("#{id} ")).unwrap_or_default();
        return id + &cells.iter().map(cell).collect::<Vec<_>>().join("  ");
    }
    let code = item.get("code").unwrap_or(item);
    code.as_str().map_or_else(|| code.to_string(), str::to_owned)
}
