//! Dead letters: listed with what a person needs, sent again, discarded, and not kept for ever.

use serde_json::{Value, json};

use crate::delivery::letters::{self, DeadLetter, DiscardError, Filter, Values, Which};
use crate::port::{Millis, Sql as _};
use crate::test_world::setup::mapping;
use crate::test_world::{Fault, TestWorld};

const DAY: Millis = 86_400_000;

/// A target that has written one record, and two dead letters: a name that is too long, and one that
/// kintone refused.
fn with_two() -> (TestWorld, crate::Settings) {
    let (world, settings) = TestWorld::configured(&mapping());
    world.customer("cus_first", "山田");
    world.deliver(&settings);
    world.customer("cus_long", "じゅげむじゅげむごこうのすりきれ");
    world.deliver(&settings);
    let errors = json!({"records[0].氏名.value": {"messages": ["x"]}});
    let answer = json!({"code": "CB_VA01", "id": "x", "message": "x", "errors": errors});
    world.write_faults.borrow_mut().push_back(Fault::Answer(400, answer));
    world.customer("cus_refused", "鈴木");
    world.deliver(&settings);
    world.forget_sent();
    (world, settings)
}

fn list(world: &TestWorld, filter: &Filter, values: Values) -> Vec<DeadLetter> {
    letters::list(world, filter, 0, 100, values).unwrap()
}

fn all(world: &TestWorld) -> Vec<DeadLetter> {
    list(world, &Filter::default(), Values::Redacted)
}

fn objects(letters: &[DeadLetter]) -> Vec<&str> {
    letters.iter().map(|letter| letter.object_id.as_str()).collect()
}

fn of_code(code: &str) -> Filter {
    Filter { code: Some(code.to_owned()), ..Filter::default() }
}

fn replay(world: &TestWorld, which: &Which) -> letters::Replayed {
    letters::replay(world, &world.active(), which).unwrap()
}

#[test]
fn a_letter_names_object_app_field_reason_and_times_and_shows_no_value_unasked() {
    let (world, _) = with_two();
    let letters = all(&world);
    assert_eq!(objects(&letters), ["cus_long", "cus_refused"]);
    let letter = &letters[1];
    assert_eq!((letter.code.as_str(), letter.field.as_deref()), ("CB_VA01", Some("氏名")));
    assert_eq!(letter.app.as_ref().map(|app| app.app.0), Some(1));
    assert_eq!((letter.first, letter.last, letter.attempts), (world.now.get(), world.now.get(), 1));
    assert_eq!(letter.payload, Some(json!({"氏名": "***"})));
    assert!(!serde_json::to_string(&letters).unwrap().contains("鈴木"));
    let shown = list(&world, &of_code("CB_VA01"), Values::Shown);
    assert_eq!(
        shown.iter().map(|letter| letter.payload.clone()).collect::<Vec<_>>(),
        [Some(json!({"氏名": "鈴木"}))]
    );
    let elsewhere = Filter { target: Some("invoices".to_owned()), ..Filter::default() };
    assert_eq!(list(&world, &elsewhere, Values::Shown), []);
}

#[test]
fn letters_come_in_pages() {
    let (world, _) = with_two();
    let first = letters::list(&world, &Filter::default(), 0, 1, Values::Redacted).unwrap();
    let next = letters::list(&world, &Filter::default(), first[0].id, 1, Values::Redacted).unwrap();
    assert_eq!((objects(&first), objects(&next)), (vec!["cus_long"], vec!["cus_refused"]));
}

#[test]
fn one_is_sent_again_and_goes_once_it_is_written() {
    let (world, settings) = with_two();
    let id = all(&world)[1].id;
    let replayed = replay(&world, &Which::Ids(vec![id, 999]));
    assert_eq!((replayed.replayed, replayed.not_replayed), (1, vec![999]));
    assert_eq!(all(&world).len(), 2, "it stays until it is written");
    world.deliver(&settings);
    assert_eq!(objects(&all(&world)), ["cus_long"]);
    assert_eq!(world.values(1, "氏名"), ["山田", "鈴木"]);
}

#[test]
fn one_that_fails_again_counts_its_attempts() {
    let (world, settings) = with_two();
    let first = all(&world)[0].clone();
    world.pass(1_000);
    replay(&world, &Which::Ids(vec![first.id]));
    world.deliver(&settings);
    let again = &all(&world)[0];
    assert_eq!((again.attempts, again.first, again.last), (2, first.first, first.last + 1_000));
}

#[test]
fn all_of_a_kind_are_sent_again_and_no_others() {
    let (world, settings) = with_two();
    let replayed = replay(&world, &Which::Kind { filter: of_code("CB_VA01"), after: 0 });
    assert_eq!((replayed.replayed, replayed.next), (1, None));
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 1);
    world.deliver(&settings);
    assert_eq!(objects(&all(&world)), ["cus_long"]);
}

#[test]
fn many_are_sent_again_in_slices() {
    let (world, _) = with_two();
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
                INSERT INTO dead_letter (kind, target, object_id, code, text_ja, text_en, first, last, attempts)
                SELECT 'record', 'customers', 'cus_' || i, 'many', '', '', 0, 0, 1 FROM n";
    world.transaction(|tx| tx.exec(many, &[])).unwrap();
    let first = replay(&world, &Which::Kind { filter: of_code("many"), after: 0 });
    assert_eq!(first.replayed, 500);
    let rest = replay(&world, &Which::Kind { filter: of_code("many"), after: first.next.unwrap() });
    assert_eq!((rest.replayed, rest.next), (100, None));
    assert_eq!(world.number("SELECT count(*) FROM dirty"), 600);
}

#[test]
fn a_changed_mapping_tries_them_again_by_itself() {
    let (world, settings) = with_two();
    let mut shorter = mapping();
    shorter["targets"]["customers"]["fields"][0]["transform"] = json!([{"substring": {"length": 10}}]);
    world.put_mapping(&settings, &shorter).unwrap();
    world.deliver(&settings);
    assert_eq!(all(&world), []);
    assert_eq!(world.records(1).len(), 3);
}

#[test]
fn one_is_discarded_with_its_reason_and_comes_back_with_the_objects_next_change() {
    let (world, settings) = with_two();
    let id = all(&world)[0].id;
    letters::discard(&world, &[id], " テストの顧客のため ", "hanako", world.now.get()).unwrap();
    assert_eq!(objects(&all(&world)), ["cus_refused"]);
    let kept = letters::discarded(&world, 0, 10).unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].object_id.as_str(), kept[0].reason.as_str()), ("cus_long", "テストの顧客のため"));
    assert_eq!(
        (kept[0].by.as_str(), kept[0].at, kept[0].code.as_str()),
        ("hanako", world.now.get(), "too_long")
    );
    world.customer("cus_long", "じゅげむじゅげむごこうのすりきれ！");
    world.deliver(&settings);
    assert_eq!(all(&world).iter().map(|letter| letter.attempts).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn letters_are_discarded_all_or_none_and_never_without_a_reason() {
    let (world, _) = with_two();
    let id = all(&world)[0].id;
    let discard = |ids: &[i64], reason: &str| letters::discard(&world, ids, reason, "hanako", 0);
    assert_eq!(discard(&[id, 999], "x"), Err(DiscardError::NoSuchLetter { id: 999 }));
    assert_eq!(discard(&[id], "  "), Err(DiscardError::Reason));
    assert_eq!(discard(&[id], &"長".repeat(501)), Err(DiscardError::Reason));
    assert_eq!(all(&world).len(), 2);
    assert_eq!(world.number("SELECT count(*) FROM discarded"), 0);
}

fn sweep(world: &TestWorld, limit: u32) -> usize {
    let now = world.now.get();
    world.transaction(|tx| letters::sweep(tx, now, limit)).unwrap()
}

#[test]
fn values_are_forgotten_after_thirty_days_and_letters_are_not() {
    let (world, settings) = with_two();
    world.pass(30 * DAY);
    assert_eq!(sweep(&world, 10), 0);
    world.pass(1);
    assert_eq!((sweep(&world, 1), sweep(&world, 10), sweep(&world, 10)), (1, 1, 0));
    let letters = list(&world, &Filter::default(), Values::Shown);
    assert_eq!(letters.iter().map(|letter| letter.payload.clone()).collect::<Vec<_>>(), [None, None]);
    replay(&world, &Which::Kind { filter: Filter::default(), after: 0 });
    world.deliver(&settings);
    assert_eq!(objects(&all(&world)), ["cus_long"], "what is sent again is the object as it is now");
}

#[test]
fn what_was_discarded_is_kept_for_ninety_days() {
    let (world, _) = with_two();
    let ids: Vec<i64> = all(&world).iter().map(|letter| letter.id).collect();
    letters::discard(&world, &ids, "x", "hanako", world.now.get()).unwrap();
    world.pass(90 * DAY);
    assert_eq!(sweep(&world, 10), 0);
    world.pass(1);
    assert_eq!((sweep(&world, 1), sweep(&world, 10), sweep(&world, 10)), (1, 1, 0));
    assert_eq!(world.number("SELECT count(*) FROM discarded"), 0);
}

/// A dead event about a customer, as it is after three attempts.
fn dead_event(world: &TestWorld, known: bool) -> String {
    let event = json!({"id": "evt_1", "object": "event", "api_version": "2026-10-28.endive", "created": 100,
        "type": "customer.updated", "livemode": false, "data": {"object":
            {"id": "cus_9", "object": "customer", "name": "佐藤", "created": 1}}})
    .to_string();
    world
        .transaction(|tx| {
            if known {
                let inbox = "INSERT INTO inbox (event_id, type, created_s, received, status, attempts)
                             VALUES ('evt_1', 'customer.updated', 100, 1, 'dead', 3)";
                tx.exec(inbox, &[])?;
            }
            let letter = "INSERT INTO dead_letter (kind, event_id, code, text_ja, text_en, first, last, attempts, payload)
                          VALUES ('event', 'evt_1', 'event_handling_failed', 'x', 'x', ?1, ?1, 3, ?2)";
            tx.exec(letter, &[world.now.get().into(), event.as_str().into()])
        })
        .unwrap();
    event
}

#[test]
fn a_dead_event_is_tried_again_as_it_was_kept_and_its_letter_goes_when_it_was_observed() {
    let (world, _) = TestWorld::configured(&mapping());
    dead_event(&world, true);
    let letter = all(&world)[0].clone();
    assert_eq!((letter.object_id.as_str(), letter.event_id.as_str()), ("cus_9", "evt_1"));
    assert_eq!(letter.payload.as_ref().and_then(|event| event.get("data")), Some(&json!("***")));
    assert_eq!(replay(&world, &Which::Ids(vec![letter.id])).replayed, 1);
    assert_eq!(all(&world).len(), 1);
    let waiting = crate::inbox::waiting(&world, crate::inbox::Which::Failed, 10).unwrap();
    assert_eq!(waiting.len(), 1, "it goes when nothing else waits, for it may fail again");
    crate::inbox::handle(&world, &world.active(), &waiting[0], world.now.get()).unwrap();
    assert_eq!(all(&world), []);
    assert_eq!(world.number("SELECT count(*) FROM inbox WHERE status = 'dead'"), 0);
}

#[test]
fn an_event_that_is_kept_no_more_has_its_object_read_in_its_place() {
    for known in [true, false] {
        let (world, _) = TestWorld::configured(&mapping());
        dead_event(&world, known);
        if known {
            world.pass(30 * DAY + 1);
            assert_eq!(sweep(&world, 10), 1);
            let kept: Vec<Option<Value>> = list(&world, &Filter::default(), Values::Shown)
                .into_iter()
                .map(|letter| letter.payload)
                .collect();
            assert_eq!(kept, [None]);
        }
        let id = all(&world)[0].id;
        assert_eq!(replay(&world, &Which::Ids(vec![id])).replayed, 1);
        assert_eq!(world.text("SELECT object_id FROM read"), Some("cus_9".to_owned()));
        assert_eq!(all(&world), []);
        let dead = "SELECT count(*) FROM inbox WHERE status = 'dead'";
        assert_eq!(world.number(dead), 0, "its row ends by its age as any other");
    }
}

#[test]
fn a_discarded_event_is_given_up_no_more() {
    let (world, _) = TestWorld::configured(&mapping());
    dead_event(&world, true);
    let id = all(&world)[0].id;
    letters::discard(&world, &[id], "x", "hanako", 0).unwrap();
    assert_eq!(world.number("SELECT count(*) FROM inbox WHERE status = 'dead'"), 0);
}
