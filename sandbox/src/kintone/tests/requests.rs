use serde_json::{Value, json};

use super::*;

fn get(kintone: &mut Kintone, path: &str) -> Answer {
    let request = http::Request::get(path).header("x-cybozu-api-token", "all");
    answer(kintone, &request.body(Bytes::new()).unwrap())
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[test]
fn a_get_without_a_body_must_not_carry_a_content_type() {
    let mut kintone = domain();
    let request = http::Request::get("/k/v1/records.json?app=1")
        .header("x-cybozu-api-token", "all")
        .header("content-type", "application/json");
    let answer = answer(&mut kintone, &request.body(Bytes::new()).unwrap());
    assert_eq!(answer.refused(), (400, "CB_IL02"));
    get(&mut kintone, "/k/v1/records.json?app=1").ok();
}

#[test]
fn lists_in_a_query_string_are_indexed() {
    let mut kintone = domain();
    add_customer(&mut kintone, "a");
    let fields = format!("fields%5B0%5D={}&fields[1]=$revision", encode("名前"));
    let path = format!("/k/v1/records.json?app=1&totalCount=true&{fields}");
    let body = get(&mut kintone, &path).ok();
    assert_eq!(body["totalCount"], "1");
    let codes: Vec<_> = body["records"][0].as_object().unwrap().keys().collect();
    assert_eq!(codes, ["名前", "$revision"]);
    let answer = get(&mut kintone, "/k/v1/records.json?app=1&fields=a");
    assert_eq!(answer.places(), ["fields"]);
    let body = get(&mut kintone, "/k/v1/records.json?app=1").ok();
    assert_eq!(body["totalCount"], Value::Null);
}

#[test]
fn a_query_may_come_in_a_post_that_stands_for_a_get() {
    let mut kintone = domain();
    add_customer(&mut kintone, "a");
    add_customer(&mut kintone, "b");
    let query = "顧客ID in (\"b\") order by $id asc limit 500";
    let path = format!("/k/v1/records.json?app=1&query={}", encode(query));
    let by_url = get(&mut kintone, &path).ok();
    let request = http::Request::post("/k/v1/records.json")
        .header("x-cybozu-api-token", "all")
        .header("content-type", "application/json")
        .header("x-http-method-override", "GET");
    let body = json!({"app": "1", "query": query}).to_string();
    let by_post = answer(&mut kintone, &request.body(Bytes::from(body)).unwrap()).ok();
    assert_eq!(by_url, by_post);
    assert_eq!(by_post["records"].as_array().unwrap().len(), 1);
    assert_eq!(kintone.counters().routes["GET records.json"], 2);
}

#[test]
fn a_delete_takes_its_ids_from_the_query_string_too() {
    let mut kintone = domain();
    add_customer(&mut kintone, "a");
    let request = http::Request::delete("/k/v1/records.json?app=1&ids%5B0%5D=1&revisions%5B0%5D=1")
        .header("x-cybozu-api-token", "all");
    answer(&mut kintone, &request.body(Bytes::new()).unwrap()).ok();
    let answer = records(&mut kintone, "DELETE", json!({"app": 1}));
    let messages = &answer.1["errors"]["ids"]["messages"];
    assert_eq!(*messages, json!(["必須です。", "一度に1件から100件までのレコードを削除できます。"]));
}

#[test]
fn missing_and_malformed_parameters_are_named() {
    let mut kintone = domain();
    assert_eq!(get(&mut kintone, "/k/v1/record.json?app=1").places(), ["id"]);
    assert_eq!(get(&mut kintone, "/k/v1/records.json").places(), ["app"]);
    let answer = get(&mut kintone, "/k/v1/records.json?app=-1");
    assert_eq!(answer.1["errors"]["app"]["messages"], json!(["最小でも1以上です。"]));
    assert_eq!(get(&mut kintone, "/k/v1/records.json?app=x").places(), ["app"]);
    assert_eq!(get(&mut kintone, "/k/v1/records.json?app=1&query=a").places(), ["query"]);
    let answer = records(&mut kintone, "POST", json!({"app": 1, "records": [3]}));
    assert_eq!(answer.refused(), (400, "CB_IJ01"));
}

#[test]
fn a_body_must_be_json_and_say_so() {
    let mut kintone = domain();
    let mut post = |content_type: &str, body: &str| {
        let request = http::Request::post("/k/v1/records.json")
            .header("x-cybozu-api-token", "all")
            .header("content-type", content_type);
        let body = Bytes::from(body.to_owned());
        let answer = answer(&mut kintone, &request.body(body).unwrap());
        answer.refused().1.to_owned()
    };
    assert_eq!(post("text/plain", "{}"), "CB_IL02");
    assert_eq!(post("application/json; charset=utf-8", "{"), "CB_IJ01");
    assert_eq!(post("application/json", "[]"), "CB_IJ01");
}

#[test]
fn an_unknown_path_answers_a_page_and_an_unknown_method_is_illegal() {
    let mut kintone = domain();
    let answer = get(&mut kintone, "/k/v1/nothing.json");
    assert_eq!((answer.0, &answer.1), (404, &Value::Null));
    let answer = send(&mut kintone, "PATCH", "/k/v1/records.json", json!({}));
    assert_eq!(answer.refused(), (400, "CB_IL02"));
}

#[test]
fn requests_are_counted_by_route_and_app_even_when_refused() {
    let mut kintone = domain();
    get(&mut kintone, "/k/v1/records.json?app=1").ok();
    send_with(&mut kintone, "wrong", "GET", "/k/v1/records.json", json!({"app": "1"}));
    get(&mut kintone, "/k/v1/app.json?id=1").ok();
    assert_eq!(kintone.counters().total, 3);
    assert_eq!(kintone.counters().routes["GET records.json"], 2);
    assert_eq!(kintone.counters().today(1, NOW), 3);
}
