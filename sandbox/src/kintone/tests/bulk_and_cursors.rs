use serde_json::{Value, json};

use super::*;

fn two_apps() -> Kintone {
    let mut kintone = domain();
    kintone.create_app(new_app("契約", json!({"件名": {"type": "SINGLE_LINE_TEXT", "required": true}})));
    kintone.add_token(2, "second", Permissions::all(), true);
    kintone
}

fn bulk(kintone: &mut Kintone, requests: Value) -> Answer {
    let body = json!({"requests": requests});
    send_with(kintone, "all,second", "POST", "/k/v1/bulkRequest.json", body)
}

fn part(method: &str, route: &str, payload: Value) -> Value {
    json!({"method": method, "api": format!("/k/v1/{route}"), "payload": payload})
}

#[test]
fn a_bulk_request_writes_to_several_apps_and_counts_once_for_each() {
    let mut kintone = two_apps();
    let answer = bulk(
        &mut kintone,
        json!([
            part("POST", "record.json", json!({"app": 1, "record": {"顧客ID": {"value": "a"}}})),
            part("POST", "records.json", json!({"app": 2, "records": [{"件名": {"value": "x"}}]})),
            part("DELETE", "records.json", json!({"app": 1, "ids": [1]})),
        ]),
    );
    let expected = json!({"results": [
        {"id": "1", "revision": "1"}, {"ids": ["1"], "revisions": ["1"]}, {}]});
    assert_eq!(answer.ok(), expected);
    assert_eq!(kintone.counters().today(1, NOW), 1);
    assert_eq!(kintone.counters().today(2, NOW), 1);
}

#[test]
fn one_refused_part_undoes_the_others_and_is_shown_at_its_place() {
    let mut kintone = two_apps();
    add_customer(&mut kintone, "old");
    let answer = bulk(
        &mut kintone,
        json!([
            part("POST", "record.json", json!({"app": 1, "record": {"顧客ID": {"value": "a"}}})),
            part("DELETE", "records.json", json!({"app": 1, "ids": [1]})),
            part("POST", "records.json", json!({"app": 2, "records": [{}]})),
        ]),
    );
    assert_eq!(answer.0, 400);
    assert_eq!(answer.1["results"][0], json!({}));
    assert_eq!(answer.1["results"][2]["code"], "CB_VA01");
    assert!(answer.1["results"][2]["errors"]["records[0].件名.value"].is_object());
    let records = kintone.snapshot()["apps"]["1"]["records"].take();
    assert_eq!(records.as_array().unwrap().len(), 1);
    assert_eq!(records[0]["顧客ID"]["value"], "old");
    assert_eq!(kintone.history().len(), 1);
}

#[test]
fn a_bulk_request_holds_twenty_writes_and_nothing_else() {
    let mut kintone = two_apps();
    let write = part("POST", "records.json", json!({"app": 1, "records": []}));
    bulk(&mut kintone, json!(vec![write.clone(); 20])).ok();
    assert_eq!(bulk(&mut kintone, json!(vec![write; 21])).places(), ["requests"]);
    let answer = bulk(&mut kintone, json!([part("GET", "records.json", json!({"app": 1}))]));
    assert_eq!(answer.1["results"][0]["code"], "CB_IL02");
}

fn cursor(kintone: &mut Kintone, method: &str, body: Value) -> Answer {
    send(kintone, method, "/k/v1/records/cursor.json", body)
}

#[test]
fn a_cursor_reads_in_parts_and_ends() {
    let mut kintone = domain();
    for key in ["a", "b", "c"] {
        add_customer(&mut kintone, key);
    }
    let body = json!({"app": 1, "size": 2, "query": "order by $id asc", "fields": ["顧客ID"]});
    let opened = cursor(&mut kintone, "POST", body).ok();
    assert_eq!(opened["totalCount"], "3");
    let id = json!({"id": opened["id"]});
    let first = cursor(&mut kintone, "GET", id.clone()).ok();
    assert_eq!(first["next"], true);
    assert_eq!(first["records"][1], json!({"顧客ID": {"type": "SINGLE_LINE_TEXT", "value": "b"}}));
    let last = cursor(&mut kintone, "GET", id.clone()).ok();
    assert_eq!((last["records"].as_array().unwrap().len(), &last["next"]), (1, &json!(false)));
    assert_eq!(cursor(&mut kintone, "GET", id).refused(), (404, "GAIA_CN01"));
}

#[test]
fn the_eleventh_live_cursor_is_refused() {
    let mut kintone = domain();
    for _ in 0..10 {
        cursor(&mut kintone, "POST", json!({"app": 1})).ok();
    }
    assert_eq!(cursor(&mut kintone, "POST", json!({"app": 1})).refused(), (429, "GAIA_TM12"));
    let first = json!({"id": "00000000-0000-4000-8000-000000000001"});
    cursor(&mut kintone, "DELETE", first).ok();
    cursor(&mut kintone, "POST", json!({"app": 1})).ok();
}

#[test]
fn a_cursor_takes_no_limit_and_at_most_500_at_a_time() {
    let mut kintone = domain();
    let answer = cursor(&mut kintone, "POST", json!({"app": 1, "query": "limit 5"}));
    assert_eq!(answer.places(), ["query"]);
    assert_eq!(cursor(&mut kintone, "POST", json!({"app": 1, "size": 501})).places(), ["size"]);
}
