//! The Worker under `workerd serve`, the runtime alone: Durable Objects with SQLite on local disk, as
//! `workerd`'s own configuration describes them (`workerd.capnp`, "localDisk").
//!
//! It is one process, so that killing it kills everything at once, and no proxy stands before it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::worker::WorkerOptions;
use crate::{Workspace, workspace};

/// The Worker's Durable Objects: binding and class, as in `wrangler.toml`.
const OBJECTS: [(&str, &str); 2] = [("TENANT", "Tenant"), ("DIRECTORY", "Directory")];

/// The command that serves the Worker on a port. Its modules are copied, so that a build meanwhile does
/// not reach it.
///
/// # Errors
/// If the Worker is not built, or a file cannot be written.
pub(crate) fn command(options: &WorkerOptions, port: u16) -> Result<Command> {
    let workspace = workspace();
    let dir = &options.dir;
    let entry = workspace.root().join(&options.entry);
    let modules = copy_modules(&entry, &dir.join("modules"))?;
    let state = dir.join("state");
    fs::create_dir_all(&state).with_context(|| format!("cannot create {}", state.display()))?;
    let date = compatibility_date(&workspace)?;
    let config = dir.join("config.capnp");
    fs::write(&config, text(options, port, &modules, &state, &date))
        .with_context(|| format!("cannot write {}", config.display()))?;
    let mut command = workspace.command(program(&workspace)?);
    command.arg("serve").arg(config);
    Ok(command)
}

/// The program itself: the one in `.bin` is a script that would stand before it in the process group.
fn program(workspace: &Workspace) -> Result<PathBuf> {
    let scope = workspace.root().join("node_modules/@cloudflare");
    let packages = fs::read_dir(&scope).with_context(|| format!("cannot read {}", scope.display()))?;
    let programs = packages.flatten().map(|package| package.path().join("bin/workerd"));
    let program = programs.into_iter().find(|program| program.exists());
    program.context("there is no workerd under node_modules/@cloudflare: run `cargo xtask build tools`")
}

/// Copies the entry module and what it imports. Answers their names, the entry first.
fn copy_modules(entry: &Path, to: &Path) -> Result<Vec<String>> {
    let from = entry.parent().context("the entry module stands in a folder")?;
    let name = entry.file_name().and_then(|name| name.to_str()).context("the entry module has a name")?;
    let build = if name == "entry-test.mjs" { "build-test" } else { "build" };
    let modules = [
        name.to_owned(),
        "containment.mjs".to_owned(),
        format!("{build}/index.js"),
        format!("{build}/index_bg.wasm"),
    ];
    fs::create_dir_all(to.join(build)).with_context(|| format!("cannot create {}", to.display()))?;
    for module in &modules {
        // A Worker that is started again runs what it ran before.
        if !to.join(module).exists() {
            fs::copy(from.join(module), to.join(module))
                .with_context(|| format!("cannot copy {module} from {}", from.display()))?;
        }
    }
    Ok(modules.to_vec())
}

fn compatibility_date(workspace: &Workspace) -> Result<String> {
    let path = workspace.root().join("wrangler.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let line = text.lines().find_map(|line| line.strip_prefix("compatibility_date = "));
    let date = line.map(|date| date.trim().trim_matches('"').to_owned());
    let date = date.context("wrangler.toml names no compatibility_date")?;
    ensure!(!date.is_empty(), "wrangler.toml's compatibility_date is empty");
    Ok(date)
}

fn text(options: &WorkerOptions, port: u16, modules: &[String], state: &Path, date: &str) -> String {
    let mut listed = String::new();
    for module in modules {
        let kind = if module.ends_with(".wasm") { "wasm" } else { "esModule" };
        let _ = writeln!(
            listed,
            "    (name = {}, {kind} = embed {}),",
            quoted(module),
            quoted(&format!("modules/{module}"))
        );
    }
    let mut bindings = String::new();
    let mut namespaces = String::new();
    for (binding, class) in OBJECTS {
        let _ = writeln!(
            bindings,
            "    (name = {}, durableObjectNamespace = {}),",
            quoted(binding),
            quoted(class)
        );
        let _ = writeln!(
            namespaces,
            "    (className = {}, uniqueKey = {}, enableSql = true),",
            quoted(class),
            quoted(&class.to_lowercase())
        );
    }
    for (name, value) in &options.vars {
        let _ = writeln!(bindings, "    (name = {}, text = {}),", quoted(name), quoted(value));
    }
    format!(
        r#"using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
    (name = "disk", disk = (path = {disk}, writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:{port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [
{listed}  ],
  compatibilityDate = {date},
  bindings = [
{bindings}  ],
  durableObjectNamespaces = [
{namespaces}  ],
  durableObjectStorage = (localDisk = "disk"),
);
"#,
        disk = quoted(&state.display().to_string()),
        date = quoted(date),
    )
}

/// A text of Cap'n Proto's language: escapes as in C.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_quotes_stays_one_text() {
        assert_eq!(quoted(r#"{"a":"b\c"}"#), r#""{\"a\":\"b\\c\"}""#);
    }

    #[test]
    fn the_configuration_names_modules_objects_variables_and_the_disk() {
        let options = WorkerOptions::new(Path::new("/run")).var("OWN_ACCOUNT", "acct_1");
        let modules = ["entry.mjs".to_owned(), "build/index_bg.wasm".to_owned()];
        let text = text(&options, 8_787, &modules, Path::new("/run/state"), "2026-10-20");
        for part in [
            r#"(name = "entry.mjs", esModule = embed "modules/entry.mjs")"#,
            r#"(name = "build/index_bg.wasm", wasm = embed "modules/build/index_bg.wasm")"#,
            r#"(className = "Tenant", uniqueKey = "tenant", enableSql = true)"#,
            r#"(name = "OWN_ACCOUNT", text = "acct_1")"#,
            r#"disk = (path = "/run/state", writable = true)"#,
            r#"address = "127.0.0.1:8787""#,
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }
}
