//! Both services' states held against each other.

use std::collections::BTreeMap;

use serde_json::Value;

use super::expect::{Kind, expected};

/// Differences that are named; there may be more.
const NAMED: usize = 12;

/// What became of Stripe's objects: the answer of `GET /_sandbox/history`, followed.
#[derive(Debug, Default)]
pub struct History {
    objects: BTreeMap<(Kind, String), Object>,
}

/// An object as it last was.
#[derive(Debug)]
struct Object {
    json: Value,
    deleted: bool,
}

impl History {
    /// Takes in the next part of Stripe's history, in order.
    pub fn follow(&mut self, changes: &[Value]) {
        for change in changes {
            let (Some(kind), Some(id)) = (change["kind"].as_str().and_then(Kind::of), change["id"].as_str())
            else {
                continue;
            };
            let key = (kind, id.to_owned());
            if change["deleted"] == true {
                // A deletion leaves the record as it was, and it was what the object last was.
                if let Some(object) = self.objects.get_mut(&key) {
                    object.deleted = true;
                }
            } else {
                self.objects.insert(key, Object { json: change["json"].clone(), deleted: false });
            }
        }
    }

    /// Objects of a kind that kintone must show, deleted ones included. Stripe says nothing of a
    /// draft (Daicho does not ask for `invoice.created`), so drafts are not among them.
    pub fn count(&self, kind: Kind) -> usize {
        self.shown(kind).count()
    }

    fn shown(&self, kind: Kind) -> impl Iterator<Item = (&str, &Object)> {
        self.objects
            .iter()
            .filter(move |((of, _), _)| *of == kind)
            .map(|((_, id), object)| (id.as_str(), object))
            .filter(|(_, object)| object.json["status"] != "draft")
    }
}

/// What the judge found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Records in the three apps.
    pub records: usize,
    /// Fields compared.
    pub fields_compared: usize,
    /// Fields that must be compared: objects times the fields of their kind.
    pub fields_expected: usize,
    /// Fields that differ.
    pub differing: usize,
    /// Objects without a record.
    pub missing: usize,
    /// Records of no object, and second records of one.
    pub surplus: usize,
    /// Some of it in words.
    pub named: Vec<String>,
}

impl Verdict {
    /// Everything that is wrong.
    #[must_use]
    pub fn mismatches(&self) -> usize {
        self.differing + self.missing + self.surplus
    }

    /// Whether both services agree, and all that had to be compared was.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.mismatches() == 0 && self.fields_compared == self.fields_expected
    }

    fn name(&mut self, what: impl FnOnce() -> String) {
        if self.named.len() < NAMED {
            self.named.push(what());
        }
    }
}

/// Compares every mapped field of every object with kintone's apps, the `kintone` part of the
/// answer of `GET /_sandbox/state`.
#[must_use]
pub fn judge(history: &History, kintone: &Value) -> Verdict {
    let mut verdict = Verdict::default();
    for kind in Kind::ALL {
        let mut records = records_by_key(kind, kintone, &mut verdict);
        for (id, object) in history.shown(kind) {
            verdict.fields_expected += kind.fields();
            match records.remove(id) {
                Some(record) => compare(kind, id, object, record, &mut verdict),
                None => {
                    verdict.missing += 1;
                    verdict.name(|| format!("{} has no record in {}", id, kind.app()));
                }
            }
        }
        for id in records.keys() {
            // A draft may have been read on another occasion; it is no mistake to show it.
            if !history.objects.contains_key(&(kind, id.clone())) {
                verdict.surplus += 1;
                verdict.name(|| format!("{} has a record of {id:?}, which Stripe does not", kind.app()));
            }
        }
    }
    verdict
}

fn records_by_key<'k>(kind: Kind, kintone: &'k Value, verdict: &mut Verdict) -> BTreeMap<String, &'k Value> {
    let apps = kintone["apps"].as_object();
    let app = apps.and_then(|apps| apps.values().find(|app| app["name"] == kind.app()));
    let records = app.and_then(|app| app["records"].as_array());
    let mut by_key = BTreeMap::new();
    for record in records.into_iter().flatten() {
        verdict.records += 1;
        let key = shown(&record[kind.key()]["value"]);
        if by_key.insert(key.clone(), record).is_some() {
            verdict.surplus += 1;
            verdict.name(|| format!("{} has two records of {key:?}", kind.app()));
        }
    }
    by_key
}

fn compare(kind: Kind, id: &str, object: &Object, record: &Value, verdict: &mut Verdict) {
    for (code, wanted) in expected(kind, &object.json) {
        let field = &record[code];
        if field.is_null() {
            // Not compared: the count gives it away.
            continue;
        }
        verdict.fields_compared += 1;
        if !holds(field, &wanted) {
            verdict.differing += 1;
            let deleted = if object.deleted { " (deleted in Stripe)" } else { "" };
            let found = shown(&field["value"]);
            verdict.name(|| format!("{id}{deleted}: {code} is {found:?} and must be {wanted:?}"));
        }
    }
}

/// Whether a field of a record holds what is wanted.
pub(crate) fn holds(field: &Value, wanted: &str) -> bool {
    let found = shown(&field["value"]);
    if field["type"] == "NUMBER" { plain(&found) == plain(wanted) } else { found == wanted }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A number without the zeros that mean nothing: 29.50 and 29.5 are one number.
fn plain(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn change(kind: &str, id: &str, json: &Value, deleted: bool) -> Value {
        json!({"at": 1, "kind": kind, "id": id, "json": json, "deleted": deleted})
    }

    fn invoice(id: &str, status: &str) -> Value {
        json!({
            "id": id, "object": "invoice", "status": status, "currency": "usd", "total": 2_950,
            "amount_paid": 0, "amount_remaining": 2_950, "created": 1_795_359_600,
        })
    }

    fn record_of(kind: Kind, object: &Value) -> Value {
        expected(kind, object)
            .into_iter()
            .map(|(code, value)| {
                let number = ["請求額", "入金額", "未収額"].contains(&code);
                let kind = if number { "NUMBER" } else { "SINGLE_LINE_TEXT" };
                (code.to_owned(), json!({"type": kind, "value": value}))
            })
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    fn kintone(records: &[Value]) -> Value {
        json!({"apps": {"3": {"name": "請求管理", "records": records}}})
    }

    fn history(changes: &[Value]) -> History {
        let mut history = History::default();
        history.follow(changes);
        history
    }

    #[test]
    fn a_record_that_shows_its_object_is_good() {
        let open = invoice("in_1", "open");
        let verdict = judge(
            &history(&[change("invoice", "in_1", &open, false)]),
            &kintone(&[record_of(Kind::Invoice, &open)]),
        );
        assert!(verdict.is_good(), "{verdict:?}");
        assert_eq!((verdict.records, verdict.fields_compared), (1, 17));
    }

    #[test]
    fn a_field_that_differs_is_named() {
        let open = invoice("in_1", "open");
        let mut record = record_of(Kind::Invoice, &open);
        record["状態"]["value"] = json!("paid");
        let verdict = judge(&history(&[change("invoice", "in_1", &open, false)]), &kintone(&[record]));
        assert_eq!(verdict.mismatches(), 1);
        assert!(verdict.named[0].contains("状態"), "{:?}", verdict.named);
    }

    #[test]
    fn a_number_may_have_zeros_that_mean_nothing() {
        for (found, same) in [("29.5", true), ("29.50", true), ("29.51", false), ("2950", false)] {
            let field = json!({"type": "NUMBER", "value": found});
            assert_eq!(holds(&field, "29.50"), same, "{found}");
        }
        assert!(!holds(&json!({"type": "NUMBER", "value": "1"}), "10"));
        assert!(holds(&json!({"type": "DATE", "value": null}), ""));
    }

    #[test]
    fn a_field_that_is_not_there_to_compare_is_a_failure() {
        let open = invoice("in_1", "open");
        let mut record = record_of(Kind::Invoice, &open);
        record.as_object_mut().unwrap().remove("摘要");
        let verdict = judge(&history(&[change("invoice", "in_1", &open, false)]), &kintone(&[record]));
        assert_eq!(verdict.mismatches(), 0);
        assert!(!verdict.is_good());
    }

    #[test]
    fn missing_and_surplus_records_are_mismatches() {
        let open = invoice("in_1", "open");
        let record = record_of(Kind::Invoice, &invoice("in_2", "open"));
        let verdict =
            judge(&history(&[change("invoice", "in_1", &open, false)]), &kintone(&[record.clone(), record]));
        assert_eq!((verdict.missing, verdict.surplus), (1, 2));
    }

    #[test]
    fn a_draft_is_not_expected_and_may_be_there() {
        let draft = invoice("in_1", "draft");
        let history = history(&[change("invoice", "in_1", &draft, false)]);
        assert!(judge(&history, &kintone(&[])).is_good());
        assert!(judge(&history, &kintone(&[record_of(Kind::Invoice, &draft)])).is_good());
    }

    #[test]
    fn the_record_of_a_deleted_object_stays_as_it_was() {
        let open = invoice("in_1", "open");
        let history = history(&[
            change("invoice", "in_1", &open, false),
            change("invoice", "in_1", &json!({"id": "in_1", "deleted": true}), true),
        ]);
        assert!(judge(&history, &kintone(&[record_of(Kind::Invoice, &open)])).is_good());
        assert_eq!(judge(&history, &kintone(&[])).missing, 1);
    }
}
