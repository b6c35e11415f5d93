//! `daicho check`, `preview` and `suggest` as people and programs meet them: what is printed where, and
//! how the command ends.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::process::Command;

const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files");
const FORMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests/forms");
const OBJECTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests/objects");

/// Runs a line and shows its end, its output and what it says beside.
fn daicho(line: &str) -> String {
    let named =
        |word: &str| word.replace("@files", FILES).replace("@forms", FORMS).replace("@objects", OBJECTS);
    let mut command = Command::new(env!("CARGO_BIN_EXE_daicho"));
    command.args(line.split(' ').map(named)).env_remove("DAICHO_LANG").env_remove("CLICOLOR_FORCE");
    command.env("DAICHO_TOKEN", "a-token-of-nobody");
    let done = command.output().unwrap();
    let text = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        text.replace(FILES, "@files").replace(FORMS, "@forms").replace(OBJECTS, "@objects")
    };
    let shown = format!(
        "$ daicho {line}\n→ {}\n{}--- standard error\n{}",
        done.status.code().unwrap(),
        text(done.stdout),
        text(done.stderr)
    );
    assert!(!shown.contains('\u{1b}'), "colours without a terminal: {shown}");
    shown
}

fn ended(line: &str) -> String {
    daicho(line).lines().nth(1).unwrap().to_owned()
}

#[test]
fn a_wrong_mapping_is_told_by_target_with_what_to_do() {
    insta::assert_snapshot!(
        "check_ja",
        daicho("check @files/wrong.json --form customers=@forms/customers_plain.json")
    );
    insta::assert_snapshot!(
        "check_en",
        daicho("check @files/wrong.json --form customers=@forms/customers_plain.json --lang en")
    );
}

#[test]
fn issues_are_told_to_programs_in_both_languages() {
    let shown = daicho("check @files/wrong.json --form customers=@forms/customers_plain.json --json");
    insta::assert_snapshot!("check_json", shown);
}

#[test]
fn a_mapping_that_fits_ends_well() {
    let line = "check @files/fine.json --form customers=@forms/customers_plain.json --settings customers=@files/settings.json";
    insta::assert_snapshot!("check_fine", daicho(line));
    assert_eq!(ended("check @files/fine.json"), "→ 0");
}

#[test]
fn input_that_cannot_be_used_is_named_with_the_reason() {
    let form = "customers=@forms/customers_plain.json";
    let preview = "preview @files/fine.json --target customers";
    let lines = [
        "check @files/nowhere.json".to_owned(),
        "check @files/not_json.json".to_owned(),
        "check @files/misspelt.json".to_owned(),
        "check @files/fine.json --form customers=@files/no_form.json".to_owned(),
        "check @files/fine.json --form customer=@forms/customers_plain.json".to_owned(),
        format!("check @files/fine.json --form {form} --form {form}"),
        format!("check @files/fine.json --form {form} --settings customers=@files/no_form.json"),
        format!("{preview} --object @objects/invoice.json --form @forms/customers_plain.json"),
        format!("{preview} --object @files/no_form.json --form @forms/customers_plain.json"),
        format!("{preview} --object @objects/customer.json --form @forms/customers_plain.json --context @files/no_form.json"),
        "preview @files/fine.json --target invoices --object @objects/invoice.json --form @forms/invoices_plain.json".to_owned(),
        "suggest --form @files/no_form.json --source customer".to_owned(),
    ];
    let shown: Vec<String> = lines.iter().map(|line| daicho(line)).collect();
    assert!(lines.iter().all(|line| ended(line) == "→ 2"), "{shown:#?}");
    insta::assert_snapshot!("unusable", shown.join("\n"));
    assert_eq!(ended("check"), "→ 2");
}

#[test]
fn a_preview_shows_the_record_that_kintone_would_get() {
    let line = "preview @files/fine.json --target customers --object @objects/customer.json \
                --form @forms/customers_plain.json --context @objects/context.json";
    insta::assert_snapshot!("preview_ja", daicho(line));
    insta::assert_snapshot!("preview_json", daicho(&format!("{line} --json")));
    let without = line.replace(" --context @objects/context.json", " --lang en");
    insta::assert_snapshot!("preview_without_context", daicho(&without));
}

#[test]
fn a_preview_shows_nothing_of_an_object_that_is_not_written() {
    let line = |target: &str, object: &str| {
        format!(
            "preview @files/departures.json --target {target} --object @files/{object}.json \
             --form @forms/customers_plain.json --settings @files/settings.json"
        )
    };
    let shown: Vec<String> = ["keep", "mark", "clear", "delete"]
        .into_iter()
        .flat_map(|target| ["customer_left", "customer_deleted"].map(|object| daicho(&line(target, object))))
        .chain([daicho(&format!("{} --json", line("keep", "customer_left")))])
        .chain([daicho(&format!("{} --lang en", line("mark", "customer_deleted")))])
        .collect();
    insta::assert_snapshot!("preview_not_written", shown.join("\n"));
}

#[test]
fn a_suggestion_is_a_mapping_on_standard_output() {
    insta::assert_snapshot!(
        "suggest_ja",
        daicho("suggest --form @forms/customers_plain.json --source customer")
    );
    let line = "suggest --form @forms/subscriptions_english.json --source subscription --app Subscriptions --lang en";
    insta::assert_snapshot!("suggest_en", daicho(line));
    insta::assert_snapshot!(
        "suggest_without_key",
        daicho("suggest --form @forms/without_a_key.json --source customer")
    );
    assert_eq!(ended("suggest --form @forms/without_a_key.json --source customer --json"), "→ 1");
}

#[test]
fn what_cannot_be_used_is_told_in_the_language_asked_for() {
    for (line, ja, en) in [
        ("check @files/nowhere.json", "ファイルがありません", "no such file"),
        ("check @files/not_json.json", "読み取れません", "ends too early"),
        (
            "preview @files/fine.json --target x --object @objects/customer.json --form @forms/customers_plain.json",
            "あるのは customers です",
            "it has customers",
        ),
        (
            "rule test --pattern @files/nowhere.json --event @files/fine.json",
            "ファイルがありません",
            "no such file",
        ),
        ("status --url foo --account acct_1", "https://daicho", "https://daicho"),
    ] {
        let (said_ja, said_en) = (daicho(line), daicho(&format!("{line} --lang en")));
        assert!(said_ja.contains("→ 2") && said_ja.contains(ja), "{said_ja}");
        assert!(said_en.contains("→ 2") && said_en.contains(en), "{said_en}");
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_file() {
    let folder = std::env::temp_dir().join(format!("daicho-marked-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let marked = |file: &str| {
        let name = file.rsplit('/').next().unwrap();
        let bytes = [b"\xEF\xBB\xBF".to_vec(), std::fs::read(file).unwrap()].concat();
        std::fs::write(folder.join(name), bytes).unwrap();
        folder.join(name).display().to_string()
    };
    let mapping = marked(&format!("{FILES}/fine.json"));
    let form = marked(&format!("{FORMS}/customers_plain.json"));
    let settings = marked(&format!("{FILES}/settings.json"));
    let object = marked(&format!("{OBJECTS}/customer.json"));
    let context = marked(&format!("{OBJECTS}/context.json"));
    std::fs::write(folder.join("pattern.json"), b"\xEF\xBB\xBF{\"object\": [\"customer\"]}").unwrap();
    let pattern = folder.join("pattern.json").display().to_string();
    for line in [
        format!("check {mapping} --form customers={form} --settings customers={settings}"),
        format!("preview {mapping} --target customers --object {object} --form {form} --context {context}"),
        format!("suggest --form {form} --source customer"),
        format!("rule test --pattern {pattern} --event {object}"),
    ] {
        assert_eq!(ended(&line), "→ 0", "{}", daicho(&line));
    }
    // A mapping for the Worker is read as far as the Worker, which is not there.
    let push = daicho(&format!("push --mapping {mapping} --url http://127.0.0.1:1 --account acct_1"));
    assert!(!push.contains("JSON"), "{push}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_ends_the_command_quietly() {
    for line in ["events", "suggest --form @forms/customers_plain.json --source customer --json"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_daicho"));
        command.args(line.split(' ').map(|word| word.replace("@forms", FORMS)));
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let done = command.stdout(writer).output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(done.status.success() && said.is_empty(), "{line}: {:?} {said}", done.status);
    }
}

/// The suggestion for each app, applied to an object: the values, as a company wants them.
#[test]
fn what_is_suggested_gives_right_records_without_a_touch() {
    for (form, source, target) in [
        ("customers_plain", "customer", "customers"),
        ("customers_default_codes", "customer", "customers"),
        ("subscriptions_plain", "subscription", "subscriptions"),
        ("subscriptions_variant", "subscription", "subscriptions"),
        ("invoices_plain", "invoice", "invoices"),
        ("invoices_variant", "invoice", "invoices"),
        ("customers_company", "customer", "customers"),
        ("subscriptions_company", "subscription", "subscriptions"),
        ("invoices_company", "invoice", "invoices"),
    ] {
        let suggested = daicho(&format!("suggest --form @forms/{form}.json --source {source}"));
        let (_, rest) = suggested.split_once("→ 0\n").unwrap();
        let (mapping, _) = rest.split_once("--- standard error").unwrap();
        let file = std::env::temp_dir().join(format!("daicho-suggested-{form}-{}.json", std::process::id()));
        std::fs::write(&file, mapping).unwrap();
        let path = file.to_str().unwrap();
        let forms = format!("--form {target}=@forms/{form}.json");
        assert_eq!(ended(&format!("check {path} {forms}")), "→ 0");
        let shown = daicho(&format!(
            "preview {path} --target {target} --object @objects/{source}.json --form @forms/{form}.json \
             --context @objects/context.json"
        ));
        std::fs::remove_file(&file).unwrap();
        let (_, shown) = shown.split_once('\n').unwrap();
        insta::assert_snapshot!(format!("suggested_{form}"), shown);
    }
}
