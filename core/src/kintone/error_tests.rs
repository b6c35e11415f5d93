use proptest::prelude::*;
use serde_json::json;

use super::*;

fn answer(code: &str) -> Vec<u8> {
    json!({"code": code, "id": "1505999166-897850006", "message": "…"}).to_string().into_bytes()
}

fn errors(paths: &[&str]) -> BTreeMap<String, Vec<String>> {
    paths.iter().map(|path| ((*path).to_owned(), vec!["必須です。".to_owned()])).collect()
}

/// Record, field, row, field in the row.
type Place = (usize, Option<String>, Option<usize>, Option<String>);

fn place_of(path: &str) -> Option<Place> {
    let bad = bad_records(&errors(&[path]));
    let (index, problems) = bad.into_iter().next()?;
    let problem = problems.into_iter().next()?;
    Some((index, problem.field, problem.row, problem.inner))
}

fn at(index: usize, field: &str) -> Option<Place> {
    Some((index, Some(field.to_owned()), None, None))
}

#[test]
fn a_code_means_the_same_under_every_status() {
    for (code, expected) in [
        ("GAIA_DA02", ErrorClass::Transient(Transient::Locked)),
        ("GAIA_RE18", ErrorClass::Transient(Transient::Locked)),
        ("GAIA_TO04", ErrorClass::Transient(Transient::TooManyRequests)),
        ("GAIA_TM12", ErrorClass::Transient(Transient::TooManyCursors)),
        ("GAIA_CO02", ErrorClass::Conflict),
        ("GAIA_RE01", ErrorClass::NotFound),
        ("GAIA_RE20", ErrorClass::NotFound),
        ("CB_VA01", ErrorClass::Permanent(Permanent::Value)),
        ("GAIA_LO04", ErrorClass::Permanent(Permanent::Lookup)),
        ("CB_IJ01", ErrorClass::Permanent(Permanent::Request)),
        ("GAIA_IA02", ErrorClass::Configuration(ConfigProblem::TokenUnknown)),
        ("GAIA_NO01", ErrorClass::Configuration(ConfigProblem::TokenLacksRight)),
        ("GAIA_AP01", ErrorClass::Configuration(ConfigProblem::AppNotFound)),
        ("GAIA_IL23", ErrorClass::Configuration(ConfigProblem::GuestSpace)),
        ("CB_AU01", ErrorClass::Configuration(ConfigProblem::NotAuthenticated)),
    ] {
        for status in [400, 404, 409, 429, 520] {
            assert_eq!(class(status, &answer(code)), expected, "{code} {status}");
        }
    }
}

#[test]
fn an_html_page_with_503_is_maintenance() {
    let page = b"<!DOCTYPE html><title>Service Unavailable</title>";
    assert_eq!(class(503, page), ErrorClass::Transient(Transient::Unavailable));
}

#[test]
fn an_unknown_code_with_520_or_400_is_no_server_failure() {
    for status in [400, 520] {
        assert_eq!(class(status, &answer("GAIA_ZZ99")), ErrorClass::Permanent(Permanent::Request));
    }
    assert_eq!(class(520, b""), ErrorClass::Transient(Transient::ServerFailure));
    assert_eq!(class(500, &answer("GAIA_ZZ99")), ErrorClass::Transient(Transient::ServerFailure));
}

#[test]
fn a_page_of_another_site_is_a_wrong_address() {
    for status in [200, 302, 404] {
        assert_eq!(class(status, b"<html>"), ErrorClass::Configuration(ConfigProblem::WrongAddress));
    }
}

#[test]
fn a_403_without_a_known_code_may_come_from_what_stands_before_kintone() {
    for body in [&b"<html>"[..], b"", &answer("GAIA_ZZ99")] {
        assert_eq!(class(403, body), ErrorClass::Configuration(ConfigProblem::Blocked));
    }
    assert_eq!(class(403, &answer("CB_NO02")), ErrorClass::Configuration(ConfigProblem::NoPrivilege));
}

#[test]
fn the_error_of_a_bulk_request_is_found_among_its_results() {
    let body = json!({"results": [{}, {"code": "GAIA_CO02", "id": "x", "message": "m"}, {}]});
    assert_eq!(class(409, body.to_string().as_bytes()), ErrorClass::Conflict);
}

#[test]
fn the_errors_of_an_answer_are_read() {
    let body = json!({"code": "CB_VA01", "id": "x", "message": "入力内容が正しくありません。",
        "errors": {"records[3].氏名.value": {"messages": ["必須です。"]}, "odd": 1}});
    let answer = ErrorAnswer::parse(body.to_string().as_bytes()).unwrap();
    assert_eq!(answer.errors["records[3].氏名.value"], ["必須です。"]);
    assert_eq!(bad_records(&answer.errors).keys().collect::<Vec<_>>(), [&3]);
}

#[test]
fn every_form_of_path_names_its_field() {
    assert_eq!(place_of("record.氏名.value"), at(0, "氏名"));
    assert_eq!(place_of("record[金額].value"), at(0, "金額"));
    assert_eq!(place_of("record.種別.values"), at(0, "種別"));
    assert_eq!(place_of("record.種別.values[2].value"), at(0, "種別"));
    assert_eq!(place_of("record.担当.values.value"), at(0, "担当"));
    assert_eq!(place_of("records[12].氏名.value"), at(12, "氏名"));
    assert_eq!(place_of("records[12][金額].value"), at(12, "金額"));
    assert_eq!(place_of("records[12].record.氏名.value"), at(12, "氏名"));
    assert_eq!(place_of("records[12].record[金額].value"), at(12, "金額"));
    assert_eq!(place_of("records[12].updateKey.value"), at(12, "updateKey"));
    assert_eq!(
        place_of("records[1].明細.value[4].value.単価.value"),
        Some((1, Some("明細".to_owned()), Some(4), Some("単価".to_owned())))
    );
}

#[test]
fn a_field_called_record_is_a_field() {
    assert_eq!(place_of("records[2].record.value"), at(2, "record"));
}

#[test]
fn a_path_without_a_record_names_none() {
    for path in ["query", "app", "", "records", "records[x].a.value", "records[].a"] {
        assert_eq!(place_of(path), None, "{path}");
    }
}

#[test]
fn a_problem_of_the_key_alone_is_a_duplicate() {
    let bad = errors(&[
        "records[0].顧客ID.value",
        "records[1].顧客ID.value",
        "records[1].氏名.value",
        "records[2].updateKey.value",
    ]);
    assert_eq!(duplicate_keys(&bad, "顧客ID"), [0, 2]);
}

proptest! {
    #[test]
    fn odd_paths_do_not_make_it_panic(path in "(records?|\\[|\\]|\\.|[0-9]{1,25}|value|\\PC){0,12}") {
        let _ = bad_records(&errors(&[&path]));
        let _ = duplicate_keys(&errors(&[&path]), "x");
    }

    #[test]
    fn no_body_makes_it_panic(status in any::<u16>(), body in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = class(status, &body);
    }
}
