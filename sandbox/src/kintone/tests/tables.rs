use serde_json::{Value, json};

use super::*;

fn invoices() -> Kintone {
    let mut kintone = Kintone::new();
    let properties = json!({"明細": {"type": "SUBTABLE", "fields": {
        "品名": {"type": "SINGLE_LINE_TEXT", "required": true, "maxLength": "5"},
        "数量": {"type": "NUMBER", "maxValue": "100"},
        "区分": {"type": "RADIO_BUTTON", "options": ["A", "B"], "defaultValue": "B"},
    }}});
    kintone.create_app(new_app("請求", properties));
    kintone.add_token(1, "all", Permissions::all(), true);
    kintone
}

fn put_rows(kintone: &mut Kintone, rows: Value) -> Answer {
    let body = json!({"app": 1, "id": 1, "record": {"明細": {"value": rows}}});
    send(kintone, "PUT", "/k/v1/record.json", body)
}

fn row(name: &str, quantity: &str) -> Value {
    json!({"value": {"品名": {"value": name}, "数量": {"value": quantity}}})
}

/// (id, 品名, 数量) of each row.
fn rows(kintone: &mut Kintone) -> Vec<(String, String, String)> {
    let record = customer(kintone, "1");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = record["明細"]["value"].as_array().cloned().unwrap();
    rows.iter()
        .map(|row| {
            let cell = |code: &str| text(&row["value"][code]["value"]);
            (text(&row["id"]), cell("品名"), cell("数量"))
        })
        .collect()
}

fn with_rows() -> Kintone {
    let mut kintone = invoices();
    let body = json!({"app": 1, "record": {"明細": {"value": [row("a", "1"), row("b", "2")]}}});
    send(&mut kintone, "POST", "/k/v1/record.json", body).ok();
    kintone
}

fn seen(rows: &[(String, String, String)]) -> Vec<(&str, &str, &str)> {
    let rows = rows.iter();
    rows.map(|(id, name, quantity)| (id.as_str(), name.as_str(), quantity.as_str())).collect()
}

#[test]
fn rows_get_ids_types_and_defaults() {
    let mut kintone = with_rows();
    let record = customer(&mut kintone, "1");
    assert_eq!(
        record["明細"]["value"][0],
        json!({"id": "1", "value": {
            "品名": {"type": "SINGLE_LINE_TEXT", "value": "a"},
            "数量": {"type": "NUMBER", "value": "1"},
            "区分": {"type": "RADIO_BUTTON", "value": "B"},
        }})
    );
}

#[test]
fn what_is_sent_replaces_the_whole_table() {
    let mut kintone = with_rows();
    let sent = json!([
        {"id": "2", "value": {"数量": {"value": "9"}}},
        row("c", "3"),
        {"id": "999", "value": {"品名": {"value": "d"}}},
    ]);
    put_rows(&mut kintone, sent).ok();
    // Row 2 keeps its name, row 1 is gone, an unknown id makes a new row.
    assert_eq!(seen(&rows(&mut kintone)), [("2", "b", "9"), ("3", "c", "3"), ("4", "d", "")]);
}

#[test]
fn an_absent_table_stays_and_an_empty_one_clears() {
    let mut kintone = with_rows();
    let body = json!({"app": 1, "id": 1, "record": {}});
    send(&mut kintone, "PUT", "/k/v1/record.json", body).ok();
    assert_eq!(rows(&mut kintone).len(), 2);
    put_rows(&mut kintone, json!([])).ok();
    assert!(rows(&mut kintone).is_empty());
}

#[test]
fn inside_a_table_what_is_no_number_becomes_empty_in_silence() {
    let mut kintone = with_rows();
    put_rows(&mut kintone, json!([row("a", "1,000")])).ok();
    assert_eq!(seen(&rows(&mut kintone)), [("3", "a", "")]);
}

#[test]
fn a_cell_that_breaks_a_rule_is_named_by_row() {
    let mut kintone = with_rows();
    let sent = json!([row("a", "1"), row("toolong", "101"), {"value": {"区分": {"value": "Z"}}}]);
    let answer = put_rows(&mut kintone, sent);
    assert_eq!(
        answer.places(),
        [
            "record.明細.value[1].value.品名.value",
            "record.明細.value[1].value.数量.value",
            "record.明細.value[2].value.品名.value",
            "record.明細.value[2].value.区分.value",
        ]
    );
}

#[test]
fn a_row_id_that_stands_twice_is_refused() {
    let mut kintone = with_rows();
    let sent = json!([{"id": "1", "value": {}}, {"id": 1, "value": {}}]);
    assert_eq!(put_rows(&mut kintone, sent).refused(), (520, "GAIA_SI01"));
    assert_eq!(put_rows(&mut kintone, json!([{"品名": {"value": "a"}}])).refused(), (400, "CB_IJ01"));
}
