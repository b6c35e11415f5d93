//! What each command does.

use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use daicho_core::stripe::event_list;

use crate::api::{Admin, Document};
use crate::arguments::{Arguments, Command, Common, Deletions, Push, Secret};
use crate::dead_letters::{self, DeadLetters};
use crate::job::{Job, With};
use crate::{Language, documents, gap_check, job, keys, listing, mapping, rule, sealing, status};

/// How a command ended that could be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// As wanted.
    Well,
    /// The Worker refused something, or the answer is no; what and why was printed.
    Refused,
    /// What was given cannot be used; why was printed.
    Unusable,
}

/// Carries out what was asked. Secrets are read from `input`; what people or programs are to read
/// goes to `output`.
///
/// # Errors
/// What stood in the way and what to do.
pub fn run(arguments: Arguments, input: &mut impl Read, output: &mut impl Write) -> Result<Ended> {
    let Arguments { common, command } = arguments;
    let lang = common.lang;
    let said = match command {
        Command::Push(files) => return push(&admin(&common)?, &files, lang, output),
        Command::Status { json } => {
            let status = admin(&common)?.status()?;
            if json { format!("{status:#}\n") } else { status::shown(&status, lang) }
        }
        Command::Secret { what: Secret::Set { name } } => set_secret(&common, &name, input)?,
        Command::Waive { target, app_name } => {
            admin(&common)?.waive(&target, &app_name)?;
            format!("{target}: {}\n", lang.pick("書き込みを始めます", "will be written to from now on"))
        }
        Command::Resume { target } => {
            admin(&common)?.resume(&target)?;
            format!("{target}: {}\n", lang.pick("確認して再開します", "is checked and written to again"))
        }
        Command::DeadLetters { what, list } => {
            let what = what.unwrap_or(DeadLetters::List(list));
            dead_letters::run(&admin(&common)?, what, lang)?
        }
        Command::Deletions { answer, json } => deletions(&admin(&common)?, answer.as_ref(), json, lang)?,
        Command::Backfill { what, how } => {
            let (admin, with) = (admin(&common)?, With::default());
            return job::run(Job::Backfill, &admin, what.as_ref(), &how, with, lang, output);
        }
        Command::DryRun { what, how, tried } => {
            let (admin, options) = (admin(&common)?, tried.options()?);
            let with = With { options: &options, values: tried.values };
            return job::run(Job::DryRun, &admin, what.as_ref(), &how, with, lang, output);
        }
        Command::Reconcile { what, how, report_only } => {
            let options = if report_only { r#"{"report_only":true}"# } else { "" };
            let (admin, with) = (admin(&common)?, With { options, values: false });
            return job::run(Job::Reconcile, &admin, what.as_ref(), &how, with, lang, output);
        }
        Command::Token { name } => {
            let (token, entry) = keys::token(&name)?;
            format!("DAICHO_TOKEN={token}\nADMIN_TOKENS={entry}\n")
        }
        Command::GapCheck { status, json } => {
            let report = gap_check::run(&admin(&common)?, !status, lang)?;
            if json { format!("{report:#}\n") } else { gap_check::shown(&report, lang) }
        }
        Command::SealingKey { status: true, .. } => {
            sealing::shown(&admin(&common)?.status()?["sealing"], lang)
        }
        Command::SealingKey { id, with, status: false } => {
            let present = with.as_deref().map(|file| text_of(file, input)).transpose()?;
            format!("SEALING_KEYS={}\n", keys::sealing_keys(&id, present.as_deref(), lang)?)
        }
        Command::Check(check) => return mapping::check(&check, lang, output),
        Command::Preview(preview) => return mapping::preview(&preview, lang, output),
        Command::Suggest(suggest) => {
            return mapping::suggest(&suggest, lang, output, &mut anstream::stderr().lock());
        }
        Command::Rule { what } => return rule::run(&what, lang, input, output),
        Command::Events => event_list::all().iter().map(|event| format!("{}\n", event.name)).collect(),
    };
    output.write_all(said.as_bytes())?;
    Ok(Ended::Well)
}

fn admin(common: &Common) -> Result<Admin> {
    let (url, tenant) = common.tenant()?;
    let token = std::env::var("DAICHO_TOKEN").unwrap_or_default();
    let advice = common.lang.pick(
        "管理用トークンを環境変数 DAICHO_TOKEN に設定してください（daicho token で作れます）。",
        "put an admin token into the environment as DAICHO_TOKEN (`daicho token` makes one).",
    );
    ensure!(!token.trim().is_empty(), "{advice}");
    Ok(Admin::new(&url, &tenant, token.trim()))
}

/// The connections first: a mapping is checked against the apps that they name.
fn push(admin: &Admin, files: &Push, lang: Language, output: &mut impl Write) -> Result<Ended> {
    let documents = [(Document::Connections, &files.connections), (Document::Mapping, &files.mapping)];
    for (document, file) in documents {
        let Some(file) = file else { continue };
        let pushed = documents::push(admin, document, file, lang)?;
        output.write_all(pushed.said.as_bytes())?;
        if !pushed.taken {
            return Ok(Ended::Refused);
        }
    }
    Ok(Ended::Well)
}

fn deletions(admin: &Admin, answer: Option<&Deletions>, json: bool, lang: Language) -> Result<String> {
    let (target, count, said) = match answer {
        None => {
            let deletions = admin.deletions()?;
            return Ok(if json { format!("{deletions:#}\n") } else { listing::deletions(&deletions, lang) });
        }
        Some(Deletions::Approve { target }) => (
            target,
            admin.answer_deletions(target, "approve")?,
            lang.pick("件のレコードを削除します", "records will be deleted"),
        ),
        Some(Deletions::Drop { target }) => (
            target,
            admin.answer_deletions(target, "drop")?,
            lang.pick("件のレコードを残します", "records stay"),
        ),
    };
    Ok(format!("{target}: {count} {said}\n"))
}

/// What a file holds, or standard input (`-`).
fn text_of(file: &Path, input: &mut impl Read) -> Result<String> {
    let mut text = String::new();
    if file == Path::new("-") {
        input.read_to_string(&mut text).context("standard input is no text")?;
        return Ok(text);
    }
    Ok(crate::input::text(file)?)
}

fn set_secret(common: &Common, name: &str, input: &mut impl Read) -> Result<String> {
    let admin = admin(common)?;
    let mut value = String::new();
    input.read_to_string(&mut value).context("the secret's value comes by standard input, as text")?;
    // `echo` and editors add a line break that no secret has.
    let value = value.trim_end_matches(['\r', '\n']);
    ensure!(
        !value.is_empty(),
        "{}",
        common.lang.pick(
            "値が空です。標準入力から渡してください。",
            "the value is empty: give it by standard input"
        )
    );
    admin.put_secret(name, value)?;
    Ok(format!("{name}: {}\n", common.lang.pick("保存しました", "stored")))
}
