use crate::port::Sql as _;
use crate::secret::{self, SealingKeys, SecretError};
use crate::test_world::TestWorld;
use crate::test_world::setup::settings;
use daicho_core::stripe::AccountId;

fn stored() -> TestWorld {
    let world = TestWorld::new();
    world.put_secret(&settings(), "token", "s3cret");
    world
}

fn open(world: &TestWorld, name: &str) -> Result<String, SecretError> {
    let settings = settings();
    secret::open(world, &settings.sealing, &settings.name, name).map(|secret| secret.expose().to_owned())
}

fn does_not_open(name: &str) -> Result<String, SecretError> {
    Err(SecretError::DoesNotOpen { name: name.to_owned() })
}

#[test]
fn a_secret_opens_to_what_was_stored() {
    assert_eq!(open(&stored(), "token"), Ok("s3cret".to_owned()));
}

#[test]
fn a_line_break_at_the_end_of_a_pasted_secret_is_dropped() {
    let world = stored();
    world.put_secret(&settings(), "token", "pasted\r\n");
    assert_eq!(open(&world, "token"), Ok("pasted".to_owned()));
}

#[test]
fn nothing_of_a_secret_stands_in_the_row_or_in_debug() {
    let world = stored();
    let row = world.read("SELECT sealed FROM secret", &[]).unwrap();
    let sealed = row[0].blob(0).unwrap();
    assert!(!sealed.windows(6).any(|window| window == b"s3cret"));
    let settings = settings();
    let secret = secret::open(&world, &settings.sealing, &settings.name, "token").unwrap();
    assert_eq!(format!("{secret:?}"), "Secret(…)");
}

#[test]
fn a_changed_row_does_not_open() {
    for change in [
        "UPDATE secret SET sealed = CAST(x'00' || substr(sealed, 2) AS BLOB)",
        "UPDATE secret SET sealed = substr(sealed, 1, length(sealed) - 1)",
        "UPDATE secret SET nonce = zeroblob(12)",
        "UPDATE secret SET nonce = zeroblob(3)",
    ] {
        let world = stored();
        world.transaction(|tx| tx.exec(change, &[])).unwrap();
        assert_eq!(open(&world, "token"), does_not_open("token"), "{change}");
    }
}

#[test]
fn a_secret_moved_to_another_name_does_not_open() {
    let world = stored();
    world.transaction(|tx| tx.exec("UPDATE secret SET name = 'other'", &[])).unwrap();
    assert_eq!(open(&world, "other"), does_not_open("other"));
}

#[test]
fn another_tenants_secret_does_not_open() {
    let world = stored();
    let mut other = settings();
    other.name.account = AccountId::parse("acct_2").unwrap();
    let opened = secret::open(&world, &other.sealing, &other.name, "token");
    assert_eq!(opened.map(drop), does_not_open("token").map(drop));
}

#[test]
fn a_secret_under_a_key_that_is_gone_says_which() {
    let world = stored();
    let key = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [7; 32]);
    let keys = SealingKeys::parse(&format!(r#"{{"current":"k2","keys":{{"k2":"{key}"}}}}"#)).unwrap();
    let error = secret::open(&world, &keys, &settings().name, "token").unwrap_err();
    assert_eq!(error, SecretError::UnknownKey { name: "token".to_owned(), key_id: "k1".to_owned() });
    assert!(error.to_string().contains("SEALING_KEYS"));
}

#[test]
fn the_same_value_is_sealed_differently_each_time() {
    let world = stored();
    let seals = |world: &TestWorld| world.read("SELECT nonce, sealed FROM secret", &[]).unwrap();
    let before = seals(&world);
    world.put_secret(&settings(), "token", "s3cret");
    assert_ne!(seals(&world)[0].blob(0), before[0].blob(0));
    assert_ne!(seals(&world)[0].blob(1), before[0].blob(1));
}

#[test]
fn what_cannot_stand_in_a_header_is_refused() {
    let (world, settings) = (TestWorld::new(), settings());
    let put = |name: &str, value: &[u8]| secret::put(&world, &settings.sealing, &settings.name, name, value);
    for value in ["", " a", "a\nb", "トークン"] {
        assert_eq!(
            put("token", value.as_bytes()),
            Err(SecretError::NotAHeaderValue { name: "token".to_owned() })
        );
    }
    for name in ["", "a b", "a\nb", "名"] {
        assert_eq!(put(name, b"x"), Err(SecretError::NotAName));
    }
    assert_eq!(open(&world, "token"), Err(SecretError::Missing { name: "token".to_owned() }));
}
