//! The documents say what the code does.

#![expect(clippy::expect_used, reason = "a test that cannot read gives up")]

use std::path::Path;

use daicho_core::stripe::{PINNED_VERSION, event_list};

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    std::fs::read_to_string(path).expect("the document is there")
}

#[test]
fn both_readmes_list_exactly_the_events_that_we_ask_for() {
    let wanted: Vec<&str> = event_list::all().iter().map(|event| event.name).collect();
    for name in ["README.md", "README.ja.md"] {
        let readme = document(name);
        let (_, rest) = readme.split_once("<!-- events -->").expect("the list begins");
        let (list, _) = rest.split_once("<!-- /events -->").expect("the list ends");
        let listed: Vec<&str> =
            list.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "```").collect();
        assert_eq!(listed, wanted, "{name}: put there what `daicho events` prints");
    }
}

#[test]
fn the_manifest_asks_for_each_permission_that_our_events_need() {
    let manifest = document("stripe-app.json");
    for permission in event_list::permissions().into_keys() {
        let asked = format!("\"permission\": \"{permission}\"");
        assert!(manifest.contains(&asked), "stripe-app.json: {permission} is missing");
    }
}

#[test]
fn the_api_version_of_the_readmes_is_the_pinned_one() {
    for name in ["README.md", "README.ja.md"] {
        assert!(document(name).contains(&format!("`{PINNED_VERSION}`")), "{name}");
    }
}

#[test]
fn both_readmes_have_the_same_parts_points_commands_and_pictures() {
    let shape = |name: &str| -> Vec<String> {
        document(name)
            .lines()
            .filter(|line| ["#", "$ ", "![", "- "].iter().any(|begins| line.starts_with(begins)))
            .map(|line| match line.split_once(' ') {
                // A command without what explains it; of a heading its level; of a picture that it is one.
                Some(("$", command)) => {
                    command.split(['#', '<']).next().unwrap_or_default().trim().to_owned()
                }
                _ if line.starts_with("![") => "picture".to_owned(),
                // A list's point: that it is one.
                Some(("-", _)) => "-".to_owned(),
                Some((level, _)) => level.to_owned(),
                None => line.to_owned(),
            })
            .collect()
    };
    assert_eq!(shape("README.md"), shape("README.ja.md"));
}

#[test]
fn both_readmes_lead_to_the_same_pages_and_each_is_there() {
    // A page that has a Japanese one beside it counts once.
    let links = |name: &str| -> std::collections::BTreeSet<String> {
        let text = document(name);
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let pages = targets.filter(|target| !target.contains("://") && !target.ends_with(".png"));
        let pages: Vec<&str> = pages.map(|target| target.split('#').next().unwrap_or_default()).collect();
        for page in &pages {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page);
            assert!(path.exists(), "{page}");
        }
        pages.iter().map(|page| page.replace(".ja.md", ".md")).collect()
    };
    assert_eq!(links("README.md"), links("README.ja.md"));
}

/// The codes in the tables of a part, as the reader looks them up.
fn codes(name: &str, part: &str) -> std::collections::BTreeSet<String> {
    let document = document(name);
    let (_, rest) = document.split_once(part).expect("the part begins");
    let (part, _) = rest.split_once("\n## ").unwrap_or((rest, ""));
    let rows = part.lines().filter(|line| line.starts_with('|'));
    let quoted = rows.flat_map(|row| row.split('`').skip(1).step_by(2));
    quoted.filter(|code| !code.starts_with("daicho ") && *code != "…").map(str::to_owned).collect()
}

#[test]
fn both_documents_on_running_it_name_the_same_codes() {
    let parts =
        [("## 要対応: ", "## 要対応："), ("## A target that is not written to", "## 書き込みが止まったとき")];
    for (english, japanese) in parts {
        let english = codes("docs/operations.md", english);
        assert!(english.len() > 10, "{english:?}");
        assert_eq!(english, codes("docs/operations.ja.md", japanese));
    }
}

/// npm leaves packages of other systems out of a lock file that it writes where they cannot be had, and
/// `npm ci` then refuses the lock file everywhere.
#[test]
fn the_lock_file_names_the_packages_of_every_system() {
    let lock: serde_json::Value = serde_json::from_str(&document("package-lock.json")).expect("JSON");
    let packages = lock["packages"].as_object().expect("packages");
    let locked: std::collections::BTreeSet<&str> =
        packages.keys().filter_map(|path| path.rsplit("node_modules/").next()).collect();
    for (path, package) in packages {
        for name in package["optionalDependencies"].as_object().into_iter().flatten().map(|(name, _)| name) {
            assert!(locked.contains(name.as_str()), "{path} wants {name}, which the lock file lacks");
        }
    }
}
