//! `cargo xtask sim`: whole lives of the engine, each from a seed.

use anyhow::{Context, Result, bail};
use daicho_harness::workspace;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// How many lives
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Print a JSON object as the last line
    #[arg(long)]
    json: bool,
    /// Tell what happens in each life: for one seed
    #[arg(long)]
    trace: bool,
    /// Put each known fault into the engine, and live until it is found
    #[arg(long, conflicts_with = "trace")]
    mutants: bool,
    /// Put this fault into the engine; several with `--mutants`
    #[arg(long, value_name = "NAME")]
    mutant: Vec<String>,
}

/// SQLite for very many small databases on several threads: no counts of memory behind a lock that all of
/// them share, and statements that are not planned anew for each value that they are given.
const SQLITE: &str = "-DSQLITE_DEFAULT_MEMSTATUS=0 -USQLITE_ENABLE_MEMORY_MANAGEMENT \
                      -USQLITE_ENABLE_STAT4 -DSQLITE_ENABLE_QPSG -USQLITE_ENABLE_API_ARMOR";

/// Builds the simulation, fast and with its checks, and lives the seeds.
///
/// # Errors
/// If a life ended wrong: each is named with the line that lives it again. With `--mutants`, if none did.
pub fn run(options: &Options) -> Result<()> {
    let mut cargo = workspace().command("cargo");
    cargo.env("LIBSQLITE3_FLAGS", SQLITE);
    cargo.args(["run", "--quiet", "--package", "daicho-sim", "--profile", "sim", "--"]);
    cargo.args(["--seeds", &options.seeds.to_string(), "--from", &options.from.to_string()]);
    for (name, given) in
        [("--json", options.json), ("--trace", options.trace), ("--mutants", options.mutants)]
    {
        if given {
            cargo.arg(name);
        }
    }
    for mutant in &options.mutant {
        cargo.args(["--mutant", mutant]);
    }
    let status = cargo.status().context("cannot start cargo")?;
    match status.success() {
        true => Ok(()),
        false if options.mutants => {
            bail!("a fault was not found: the simulation has to look at more, or to live what makes it show")
        }
        false => {
            bail!(
                "not every life ended well: run one of the lines above, it tells what happened in that life"
            )
        }
    }
}
