use serde_json::json;

use super::super::{NewApp, Permission, Permissions};
use super::*;

fn get_with(kintone: &mut Kintone, tokens: &str) -> Answer {
    send_with(kintone, tokens, "GET", "/k/v1/records.json", json!({"app": 1}))
}

#[test]
fn a_token_works_once_its_app_was_updated() {
    let mut kintone = domain();
    kintone.add_token(1, "fresh", Permissions::all(), false);
    assert_eq!(get_with(&mut kintone, "fresh").refused(), (400, "GAIA_IA02"));
    assert_eq!(get_with(&mut kintone, "unheard").refused(), (400, "GAIA_IA02"));
    kintone.add_token(1, "fresh", Permissions::all(), true);
    get_with(&mut kintone, "fresh").ok();
}

#[test]
fn old_statuses_are_520() {
    let mut kintone = domain();
    kintone.behaviour().use_old_statuses();
    assert_eq!(get_with(&mut kintone, "unheard").refused(), (520, "GAIA_IA02"));
}

#[test]
fn each_operation_needs_its_permission() {
    use Permission::{Add, Delete, Edit, View};
    let mut kintone = domain();
    add_customer(&mut kintone, "a");
    let operations = [
        (View, "GET", json!({"app": 1})),
        (Add, "POST", json!({"app": 1, "records": []})),
        (Edit, "PUT", json!({"app": 1, "records": []})),
        (Delete, "DELETE", json!({"app": 1, "ids": [1]})),
    ];
    for (needed, method, body) in operations {
        for held in [View, Add, Edit, Delete] {
            kintone.add_token(1, "one", Permissions::of(&[held]), true);
            let answer = send_with(&mut kintone, "one", method, "/k/v1/records.json", body.clone());
            let expected = if held == needed { 200 } else { 403 };
            assert_eq!(answer.0, expected, "{method} with {held:?}");
        }
    }
}

#[test]
fn the_form_is_read_by_whoever_may_view_add_or_administer() {
    use Permission::{Add, Admin, Delete, Edit, View};
    let mut kintone = domain();
    for (held, status) in [(View, 200), (Add, 200), (Admin, 200), (Edit, 403), (Delete, 403)] {
        kintone.add_token(1, "one", Permissions::of(&[held]), true);
        for route in ["app/form/fields.json", "app/settings.json"] {
            let path = format!("/k/v1/{route}");
            let answer = send_with(&mut kintone, "one", "GET", &path, json!({"app": 1}));
            assert_eq!(answer.0, status, "{route} with {held:?}");
        }
    }
}

#[test]
fn a_token_of_another_app_does_not_do() {
    let mut kintone = domain();
    kintone.create_app(new_app("別", json!({})));
    kintone.add_token(2, "other", Permissions::all(), true);
    assert_eq!(get_with(&mut kintone, "other").refused(), (403, "GAIA_AP15"));
    kintone.behaviour().foreign_token_is_unknown = true;
    assert_eq!(get_with(&mut kintone, "other").refused(), (400, "GAIA_IA02"));
    get_with(&mut kintone, "other, all").ok();
    let answer = send(&mut kintone, "GET", "/k/v1/records.json", json!({"app": 99}));
    assert_eq!(answer.refused(), (404, "GAIA_AP01"));
}

#[test]
fn two_tokens_of_one_app_and_ten_tokens_are_refused() {
    let mut kintone = domain();
    kintone.add_token(1, "second", Permissions::all(), true);
    assert_eq!(get_with(&mut kintone, "all,second").refused(), (400, "GAIA_DA03"));
    for app in 2..=10 {
        kintone.create_app(new_app("別", json!({})));
        kintone.add_token(app, &format!("t{app}"), Permissions::all(), true);
    }
    let nine = "all,t2,t3,t4,t5,t6,t7,t8,t9";
    get_with(&mut kintone, nine).ok();
    assert_eq!(get_with(&mut kintone, &format!("{nine},t10")).refused(), (400, "CB_IL02"));
}

#[test]
fn other_credentials_are_wrong_ones() {
    let mut kintone = domain();
    let mut ask = |name: &str, value: &str| {
        let request = http::Request::get("/k/v1/records.json?app=1").header(name, value);
        let answer = answer(&mut kintone, &request.body(Bytes::new()).unwrap());
        let (status, code) = answer.refused();
        (status, code.to_owned())
    };
    assert_eq!(ask("x-none", "1"), (401, "CB_AU01".to_owned()));
    assert_eq!(ask("x-cybozu-authorization", "dXNlcjpwYXNz"), (401, "CB_WA01".to_owned()));
    assert_eq!(ask("authorization", "Bearer x"), (401, "CB_OA01".to_owned()));
}

#[test]
fn a_guest_space_has_its_own_path() {
    let mut kintone = domain();
    let guest = kintone.create_app(NewApp { guest_space: Some(7), ..new_app("ゲスト", json!({})) });
    kintone.add_token(guest, "guest", Permissions::all(), true);
    let mut ask = |path: &str, app: u64| {
        let answer = send_with(&mut kintone, "guest,all", "GET", path, json!({"app": app}));
        let (status, code) = answer.refused();
        (status, code.to_owned())
    };
    assert_eq!(ask("/k/guest/7/v1/records.json", guest), (200, String::new()));
    assert_eq!(ask("/k/v1/records.json", guest), (520, "GAIA_IL23".to_owned()));
    assert_eq!(ask("/k/guest/8/v1/records.json", guest), (403, "CB_NO02".to_owned()));
    assert_eq!(ask("/k/guest/7/v1/records.json", CUSTOMERS), (403, "CB_NO02".to_owned()));
}
