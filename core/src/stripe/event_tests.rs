use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn snapshot() -> Value {
    json!({
        "id": "evt_1", "object": "event", "type": "customer.updated", "created": 1_795_350_600,
        "livemode": false, "api_version": "2026-10-28.endive", "pending_webhooks": 1,
        "request": {"id": null, "idempotency_key": null},
        "data": {
            "object": {"id": "cus_1", "object": "customer", "created": 1_700_000_000,
                       "name": "山田 \"太郎\"", "test_clock": null},
            "previous_attributes": {"name": "山田"}
        }
    })
}

fn thin() -> Value {
    json!({
        "id": "evt_test_2", "object": "v2.core.event", "type": "v1.customer.updated",
        "created": "2026-11-22T10:00:00.000Z", "livemode": true, "snapshot_event": "evt_1",
        "related_object": {"id": "cus_1", "type": "customer", "url": "/v1/customers/cus_1"}
    })
}

fn with(mut event: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    event.pointer_mut(parent).unwrap()[name] = value;
    event
}

fn without(mut event: Value, name: &str) -> Value {
    event.as_object_mut().unwrap().remove(name);
    event
}

fn error(event: &Value) -> EventError {
    Envelope::parse(event.to_string().as_bytes()).unwrap_err()
}

fn parse_then<T>(event: &Value, look: impl FnOnce(&Envelope<'_>) -> T) -> T {
    look(&Envelope::parse(event.to_string().as_bytes()).unwrap())
}

#[test]
fn a_snapshot_event_is_read_without_copying() {
    let body = snapshot().to_string();
    let event = Envelope::parse(body.as_bytes()).unwrap();
    assert_eq!(event.id.as_str(), "evt_1");
    assert_eq!(event.style, Style::Snapshot);
    assert!(matches!(event.kind, Cow::Borrowed("customer.updated")));
    assert_eq!(event.created, 1_795_350_600);
    assert_eq!(event.mode, Mode::Test);
    assert_eq!(event.account, None);
    assert!(matches!(event.api_version, Some(Cow::Borrowed("2026-10-28.endive"))));
    let object = event.object.unwrap();
    assert_eq!((object.kind, object.id.as_str()), (Kind::Customer, "cus_1"));
    assert_eq!(event.object_created, Some(1_700_000_000));
    assert_eq!(event.test_clock, None);
    assert!(!event.deleted);
    let json: Value = serde_json::from_str(event.object_json.unwrap().get()).unwrap();
    assert_eq!(json["name"], "山田 \"太郎\"");
}

#[test]
fn a_thin_event_is_read_in_the_words_of_snapshots() {
    parse_then(&thin(), |event| {
        assert_eq!(event.style, Style::Thin);
        assert_eq!(event.kind, "customer.updated");
        assert_eq!(event.created, 1_795_341_600);
        assert_eq!(event.mode, Mode::Live);
        assert_eq!(event.snapshot_event.as_ref().unwrap().as_str(), "evt_1");
        assert_eq!(event.object.as_ref().unwrap().kind, Kind::Customer);
        assert!(event.object_json.is_none() && event.api_version.is_none());
    });
}

#[test]
fn the_tenant_is_the_events_account_or_our_own() {
    let own = AccountId::parse("acct_own").unwrap();
    let tenant = |event: &Value| parse_then(event, |event| event.tenant(&own).to_string());
    assert_eq!(tenant(&snapshot()), "acct_own:test");
    assert_eq!(tenant(&with(snapshot(), "/account", json!("acct_2"))), "acct_2:test");
    assert_eq!(tenant(&thin()), "acct_own:live");
    assert_eq!(tenant(&with(thin(), "/context", json!("acct_3"))), "acct_3:live");
    assert_eq!(tenant(&with(thin(), "/context", json!("org_1/acct_4"))), "acct_4:live");
}

#[test]
fn a_context_without_an_account_is_not_taken_for_our_own() {
    let event = with(thin(), "/context", json!("org_1"));
    assert_eq!(error(&event), EventError::NotAnEvent { property: "context" });
}

#[test]
fn a_cancelled_subscription_is_not_deleted() {
    let event = with(snapshot(), "/type", json!("customer.subscription.deleted"));
    assert!(!parse_then(&event, |event| event.deleted));
    let event = with(snapshot(), "/type", json!("customer.deleted"));
    assert!(parse_then(&event, |event| event.deleted));
    let event = with(snapshot(), "/data/object/deleted", json!(true));
    assert!(parse_then(&event, |event| event.deleted));
    let event = with(thin(), "/type", json!("v1.customer.deleted"));
    assert!(parse_then(&event, |event| event.deleted));
}

#[test]
fn an_object_without_an_id_is_still_an_event() {
    let event = with(snapshot(), "/data", json!({"object": {"object": "invoice"}}));
    assert!(parse_then(&event, |event| event.object.is_none() && event.object_json.is_some()));
    assert!(parse_then(&without(thin(), "related_object"), |event| { event.object.is_none() }));
}

#[test]
fn a_test_clock_is_seen() {
    let event = with(snapshot(), "/data/object/test_clock", json!("clock_1"));
    parse_then(&event, |event| {
        assert_eq!(event.test_clock.as_deref(), Some("clock_1"));
    });
}

#[test]
fn escapes_are_resolved() {
    let body = snapshot().to_string().replace("customer.updated", "customer\\u002eupdated");
    assert_eq!(Envelope::parse(body.as_bytes()).unwrap().kind, "customer.updated");
}

#[test]
fn each_missing_property_is_named() {
    for property in ["id", "type", "created", "livemode", "data"] {
        assert_eq!(error(&without(snapshot(), property)), EventError::NotAnEvent { property });
    }
    for property in ["id", "type", "created", "livemode"] {
        assert_eq!(error(&without(thin(), property)), EventError::NotAnEvent { property });
    }
    let no_object = with(snapshot(), "/data", json!({}));
    assert_eq!(error(&no_object), EventError::NotAnEvent { property: "data.object" });
    for (pointer, value) in [("/created", json!("soon")), ("/livemode", json!("yes")), ("/id", json!(7))] {
        assert_eq!(error(&with(snapshot(), pointer, value)).reason(), "not_an_event", "{pointer}");
    }
}

#[test]
fn other_json_is_no_event() {
    for body in ["{}", "[]", "null", "1", "\"event\"", r#"["event","evt_1"]"#, r#"{"object":"customer"}"#] {
        let error = Envelope::parse(body.as_bytes()).unwrap_err();
        assert_eq!(error, EventError::NotAnEvent { property: "object" }, "{body}");
    }
    // Serde would take an array's items for the properties in their order.
    let array = r#"["event","evt_1","a.b",1,false,null,null,null,{"object":{}},null,null]"#;
    assert!(Envelope::parse(array.as_bytes()).is_err());
    let twice = r#"{"object":"event","object":"event"}"#;
    assert_eq!(Envelope::parse(twice.as_bytes()).unwrap_err().reason(), "not_an_event");
}

#[test]
fn what_is_not_json_is_named() {
    for body in [&b""[..], b"{", b"hello", b"{\"object\":\"event\"} x", b"\xff\xfe", b"[1,"] {
        assert_eq!(Envelope::parse(body).unwrap_err().reason(), "not_json", "{body:?}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Envelope::parse(&body);
    }

    #[test]
    fn no_change_of_an_event_makes_it_panic(thin_one in any::<bool>(), at in 0usize..400, byte in any::<u8>()) {
        let mut body = if thin_one { thin() } else { snapshot() }.to_string().into_bytes();
        let at = at % body.len();
        body[at] = byte;
        let _ = Envelope::parse(&body);
    }
}
