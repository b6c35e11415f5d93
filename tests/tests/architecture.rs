//! Imports go one way: `core` ← `engine` ← `worker`; `core` ← `cli`; the sandbox uses neither.

#![expect(clippy::expect_used, reason = "a test that cannot look gives up")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What each crate may use of the house (besides itself). A crate that is missing here fails the test,
/// so that a new one is placed on purpose.
const ARROWS: &[(&str, &[&str])] = &[
    ("daicho-core", &[]),
    ("daicho-engine", &["daicho-core"]),
    ("daicho-worker", &["daicho-core", "daicho-engine"]),
    ("daicho-app-ui-wasm", &["daicho-core"]),
    ("daicho-cli", &["daicho-core"]),
    ("daicho-sandbox", &[]),
    ("daicho-harness", &[]),
    // The demo judges the Worker, so it must not know what the Worker knows.
    ("daicho-demo", &["daicho-harness"]),
    ("daicho-sim", &["daicho-core", "daicho-engine", "daicho-sandbox"]),
    ("daicho-bench", &["daicho-core", "daicho-engine", "daicho-sandbox", "daicho-sim"]),
    ("daicho-tests", &[]),
    ("xtask", &["daicho-harness", "daicho-demo"]),
];

/// What `core` may never touch: the outside, the clock, chance, the platform.
const NOT_IN_CORE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant::now",
    "worker::",
    "wasm_bindgen",
    "js_sys",
    "getrandom",
    "fastrand",
    "tokio",
];

/// What `engine` may never touch: the platform; time and chance come by its ports.
const NOT_IN_ENGINE: &[&str] = &[
    "worker::",
    "wasm_bindgen",
    "js_sys",
    "std::fs",
    "std::net",
    "SystemTime",
    "Instant::now",
    "tokio",
    "fastrand",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    serde_json::from_slice(&output.stdout).expect("cargo metadata answers JSON")
}

/// Each crate's dependencies that are crates of the house; development ones apart.
fn arrows(metadata: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let packages = metadata["packages"].as_array().expect("packages");
    let house: BTreeSet<&str> = packages.iter().filter_map(|p| p["name"].as_str()).collect();
    packages
        .iter()
        .map(|package| {
            let used = package["dependencies"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|dependency| dependency["kind"] != "dev")
                .filter_map(|dependency| dependency["name"].as_str())
                .filter(|name| house.contains(name))
                .map(str::to_owned)
                .collect();
            (package["name"].as_str().unwrap_or_default().to_owned(), used)
        })
        .collect()
}

/// Whether a file or folder beside the code holds its tests: what is compiled into nothing else.
fn is_of_tests(path: &Path) -> bool {
    let name = path.file_stem().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    name == "tests" || name.ends_with("_tests")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
        let path = entry.path();
        if is_of_tests(&path) {
            continue;
        }
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Uses of `forbidden` words in code lines (comments apart) below `folder`, tests apart.
fn uses(folder: &str, forbidden: &[&str], except: &[&str]) -> Vec<String> {
    let mut files = Vec::new();
    rust_files(&root().join(folder), &mut files);
    assert!(!files.is_empty(), "{folder} has no Rust files: the test looks in the wrong place");
    let mut found = Vec::new();
    for file in files {
        if except.iter().any(|name| file.ends_with(name)) {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source file is text");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let line = line.trim_start();
            if line.starts_with("//") {
                continue;
            }
            if let Some(word) = forbidden.iter().find(|word| line.contains(*word)) {
                found.push(format!("{}:{}: {word}", file.display(), number + 1));
            }
        }
    }
    found
}

#[test]
fn crates_depend_only_along_the_arrows() {
    for (name, used) in arrows(&metadata()) {
        let Some((_, allowed)) = ARROWS.iter().find(|(arrow, _)| *arrow == name) else {
            panic!("{name} has no place in the house yet: add it to ARROWS");
        };
        let allowed: BTreeSet<String> = allowed.iter().map(|&name| name.to_owned()).collect();
        let forbidden: Vec<_> = used.difference(&allowed).collect();
        assert!(forbidden.is_empty(), "{name} must not use {forbidden:?}");
    }
}

#[test]
fn core_touches_neither_the_outside_nor_the_clock() {
    assert_eq!(uses("core/src", NOT_IN_CORE, &[]), Vec::<String>::new());
}

#[test]
fn what_the_views_run_words_nothing_by_debug() {
    // app-ui-wasm/build/prune.mjs takes `Debug` out of the views' module.
    for folder in ["core/src", "app-ui-wasm/src"] {
        assert_eq!(uses(folder, &[":?}", ":#?}", "debug_struct"], &["signature.rs"]), Vec::<String>::new());
    }
}

#[test]
fn engine_reaches_the_world_by_its_ports_alone() {
    assert_eq!(uses("engine/src", NOT_IN_ENGINE, &["port/rusqlite.rs"]), Vec::<String>::new());
}

#[test]
fn what_judges_the_worker_shares_nothing_with_it() {
    for folder in ["sandbox/src", "harness/src", "demo/src", "xtask/src"] {
        let found = uses(folder, &["daicho_core", "daicho_engine", "daicho_worker"], &[]);
        assert_eq!(found, Vec::<String>::new());
    }
}
