use serde_json::{Value, json};

use crate::kintone::{Kintone, NewApp};

fn domain() -> Kintone {
    let mut kintone = Kintone::new();
    kintone.create_app(NewApp {
        name: "顧客".to_owned(),
        code: "CUS".to_owned(),
        properties: properties(),
        ..NewApp::default()
    });
    let plans = [
        ("a", "10", "有効", "2026-01-01", json!(["新規"]), "りんご"),
        ("b", "9", "解約", "2026-02-01", json!([]), "みかん"),
        ("c", "", "有効", "", json!(["新規", "重要"]), "りんご"),
    ];
    for (key, amount, status, day, tags, item) in plans {
        let fields = json!({
            "キー": {"value": key}, "金額": {"value": amount}, "状態": {"value": status},
            "日付": {"value": day}, "タグ": {"value": tags}, "備考": {"value": "hello world 様"},
            "明細": {"value": [{"value": {"品名": {"value": item}, "単価": {"value": "100"}}}]},
        });
        kintone.add_record(0, 1, &fields).unwrap();
    }
    kintone
}

fn properties() -> serde_json::Map<String, Value> {
    let properties = json!({
        "キー": {"type": "SINGLE_LINE_TEXT", "unique": true},
        "金額": {"type": "NUMBER"},
        "状態": {"type": "DROP_DOWN", "options": ["有効", "解約"]},
        "日付": {"type": "DATE"},
        "タグ": {"type": "CHECK_BOX", "options": ["新規", "重要"]},
        "備考": {"type": "MULTI_LINE_TEXT"},
        "明細": {"type": "SUBTABLE", "fields": {
            "品名": {"type": "SINGLE_LINE_TEXT"}, "単価": {"type": "NUMBER"}}},
    });
    properties.as_object().cloned().unwrap()
}

/// The keys of the records found, in order, or the code of the refusal.
fn find(query: &str) -> String {
    let kintone = domain();
    let app = kintone.app(1).unwrap();
    let found = super::parse(query).and_then(|query| super::run(app, &query));
    match found {
        Ok(found) => {
            let records = found.records.iter();
            records.map(|record| record.values["キー"].as_str().unwrap()).collect()
        }
        Err(failure) => failure.code().to_owned(),
    }
}

#[test]
fn the_newest_comes_first_unless_ordered() {
    assert_eq!(find(""), "cba");
    assert_eq!(find("order by $id asc"), "abc");
    assert_eq!(find("order by 金額 asc"), "cba");
    assert_eq!(find("order by 金額 desc"), "abc");
    assert_eq!(find("order by 状態 asc, $id asc"), "acb");
    assert_eq!(find("order by $id asc limit 1 offset 1"), "b");
}

#[test]
fn numbers_are_compared_as_numbers() {
    assert_eq!(find("金額 > 9"), "a");
    assert_eq!(find("金額 >= \"9.0\" order by $id asc"), "ab");
    assert_eq!(find("金額 != 9"), "ca");
    assert_eq!(find("金額 = \"\""), "c");
    assert_eq!(find("$id > 1 order by $id asc"), "bc");
    assert_eq!(find("$revision = 1 and $id = 2"), "b");
    assert_eq!(find("レコード番号 = \"CUS-2\""), "b");
    assert_eq!(find("レコード番号 >= 2"), "cb");
}

#[test]
fn keys_are_found_by_equality_and_lists() {
    assert_eq!(find("キー = \"b\""), "b");
    assert_eq!(find("キー in (\"a\", \"c\", \"x\")"), "ca");
    assert_eq!(find("キー not in (\"a\")"), "cb");
    assert_eq!(find("(キー = \"a\" or キー = \"b\") and 状態 in (\"有効\")"), "a");
    assert_eq!(find("日付 <= \"2026-01-31\""), "a");
    assert_eq!(find("日付 is empty"), "c");
}

#[test]
fn choices_take_lists_only_and_must_exist() {
    assert_eq!(find("状態 = \"有効\""), "GAIA_IQ03");
    assert_eq!(find("状態 in (\"休止\")"), "GAIA_IQ10");
    assert_eq!(find("タグ in (\"新規\")"), "ca");
    assert_eq!(find("タグ in (\"\")"), "b");
    assert_eq!(find("タグ not in (\"重要\")"), "ba");
}

#[test]
fn a_tables_fields_take_no_equality() {
    assert_eq!(find("品名 = \"りんご\""), "GAIA_IQ07");
    assert_eq!(find("品名 in (\"りんご\")"), "ca");
    assert_eq!(find("単価 > 99"), "cba");
    assert_eq!(find("明細 in (\"x\")"), "GAIA_IQ03");
}

#[test]
fn what_does_not_fit_is_refused_with_its_own_code() {
    assert_eq!(find("存在しない = \"x\""), "GAIA_IQ11");
    assert_eq!(find("備考 = \"hello\""), "GAIA_IQ03");
    assert_eq!(find("キー > \"a\""), "GAIA_IQ03");
    assert_eq!(find("日付 in (\"2026-01-01\")"), "GAIA_IQ03");
    assert_eq!(find("日付 = TODAY()"), "GAIA_IQ23");
    assert_eq!(find("金額 = \"abc\""), "CB_VA01");
    assert_eq!(find("日付 = \"きのう\""), "CB_VA01");
    assert_eq!(find("limit 501"), "GAIA_QU01");
    assert_eq!(find("offset 10001"), "GAIA_QU02");
    assert_eq!(find("order by 備考 asc"), "GAIA_IQ03");
}

#[test]
fn like_searches_words() {
    assert_eq!(find("備考 like \"world\""), "cba");
    assert_eq!(find("備考 like \"wor\""), "");
}
