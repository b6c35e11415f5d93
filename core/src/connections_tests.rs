use serde_json::json;

use super::*;

const NONE: [&str; 0] = [];

fn document() -> Value {
    json!({
        "stripe_key_ref": "stripe_key",
        "apps": {"顧客管理": {
            "domain": "example.cybozu.com", "app": 12, "guest_space": 3,
            "token_refs": ["customers_token", "companies-token"], "basic_auth_ref": "basic"
        }}
    })
}

fn with(pointer: &str, value: Value) -> Vec<u8> {
    let mut document = document();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        other => other[name] = value,
    }
    document.to_string().into_bytes()
}

#[test]
fn a_document_gives_its_apps_addresses_and_secrets() {
    let connections = Connections::parse(document().to_string().as_bytes(), &NONE).unwrap();
    let address = connections.apps["顧客管理"].address(&NONE).unwrap();
    let expected = AppAddress {
        domain: "example.cybozu.com".into(),
        guest_space: Some(GuestSpaceId(3)),
        app: AppId(12),
    };
    assert_eq!(address, expected);
    let names: Vec<&str> = connections.secret_names().into_iter().collect();
    assert_eq!(names, ["basic", "companies-token", "customers_token", "stripe_key"]);
}

#[test]
fn an_app_has_one_address_with_and_without_a_client_certificate() {
    let plain = Connections::parse(document().to_string().as_bytes(), &NONE).unwrap();
    let certificate =
        Connections::parse(&with("/apps/顧客管理/domain", json!("EXAMPLE.s.cybozu.com")), &NONE).unwrap();
    assert_eq!(plain.apps["顧客管理"].address(&NONE), certificate.apps["顧客管理"].address(&NONE));
}

#[test]
fn a_refusal_names_the_path() {
    for (pointer, value, path) in [
        ("/stripe_key_ref", json!("rk live"), "stripe_key_ref"),
        ("/stripe_key", json!("x"), "stripe_key"),
        ("/apps/顧客管理/domain", json!("evil.test"), "apps.顧客管理.domain"),
        ("/apps/顧客管理/domain", json!("127.0.0.1:8788"), "apps.顧客管理.domain"),
        ("/apps/顧客管理/app", json!(0), "apps.顧客管理.app"),
        ("/apps/顧客管理/app", json!("12"), "apps.顧客管理.app"),
        ("/apps/顧客管理/guest_space", json!(0), "apps.顧客管理.guest_space"),
        ("/apps/顧客管理/token_refs", json!([]), "apps.顧客管理.token_refs"),
        ("/apps/顧客管理/token_refs", json!(vec!["t"; 10]), "apps.顧客管理.token_refs"),
        ("/apps/顧客管理/token_refs/1", json!("a/b"), "apps.顧客管理.token_refs[1]"),
        ("/apps/顧客管理/basic_auth_ref", json!(""), "apps.顧客管理.basic_auth_ref"),
        ("/apps/顧客管理/tokens", json!(["x"]), "apps.顧客管理.tokens"),
    ] {
        let error = Connections::parse(&with(pointer, value), &NONE).unwrap_err();
        assert_eq!(error.path, path, "{error}");
    }
}

#[test]
fn a_dev_host_is_taken_where_it_is_listed() {
    let json = with("/apps/顧客管理/domain", json!("127.0.0.1:8788"));
    assert!(Connections::parse(&json, &["127.0.0.1:8788"]).is_ok());
}

#[test]
fn a_token_in_place_of_its_name_is_not_repeated() {
    let json = with("/apps/顧客管理/token_refs/0", json!("kE7pasted+token=="));
    let error = Connections::parse(&json, &NONE).unwrap_err();
    assert!(!error.to_string().contains("kE7pasted"), "{error}");
}

#[test]
fn targets_without_a_connection_are_found() {
    let connections = Connections::parse(document().to_string().as_bytes(), &NONE).unwrap();
    let target = |app: &str| json!({"source": "customer", "app": app, "key": {"field": "k"}, "fields": []});
    let mapping = json!({"version": 1, "targets": {"a": target("顧客管理"), "b": target("請求")}});
    let mapping = Mapping::parse(mapping.to_string().as_bytes()).unwrap();
    let missing: Vec<&str> =
        connections.unconnected(&mapping).into_iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(missing, ["b"]);
}

#[test]
fn an_alias_that_stands_twice_is_refused() {
    let app = r#"{"domain":"example.cybozu.com","app":1,"token_refs":["t"]}"#;
    let text = format!(r#"{{"stripe_key_ref":"k","apps":{{"a":{app},"a":{app}}}}}"#);
    let error = Connections::parse(text.as_bytes(), &NONE).unwrap_err();
    assert!(error.reason.contains("`a` stands twice"), "{error}");
}

#[test]
fn half_of_the_standard_plans_requests_are_ours_unless_the_document_says_otherwise() {
    let address = AppAddress {
        domain: "example.cybozu.com".into(),
        guest_space: Some(GuestSpaceId(3)),
        app: AppId(12),
    };
    let requests = |document: &[u8]| Connections::parse(document, &NONE).unwrap().daily_requests(&address);
    assert_eq!(requests(document().to_string().as_bytes()), 5_000);
    assert_eq!(requests(&with("/apps/顧客管理/daily_requests", json!(800))), 800);
    let mut twice = document();
    twice["apps"]["別名"] = twice["apps"]["顧客管理"].clone();
    twice["apps"]["別名"]["domain"] = json!("https://example.s.cybozu.com/");
    twice["apps"]["別名"]["daily_requests"] = json!(300);
    assert_eq!(requests(twice.to_string().as_bytes()), 300);
    for refused in [json!(0), json!(100_001), json!(1.5), json!("5")] {
        let refused = with("/apps/顧客管理/daily_requests", refused);
        let error = Connections::parse(&refused, &NONE).unwrap_err();
        assert_eq!(error.path, "apps.顧客管理.daily_requests");
    }
}
