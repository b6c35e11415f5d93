//! `daicho`, the command.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use daicho_cli::{Arguments, Ended, Unusable, run};

fn main() -> ExitCode {
    // Colours where there is a terminal that wants them.
    let (mut input, mut output) = (std::io::stdin().lock(), anstream::stdout().lock());
    let arguments = Arguments::of_this_call();
    let lang = arguments.lang();
    match run(arguments, &mut input, &mut output) {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::Refused) => ExitCode::FAILURE,
        Ok(Ended::Unusable) => ExitCode::from(2),
        // Whoever reads has seen enough: `daicho … | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let unusable = error.downcast_ref::<Unusable>();
            let said = unusable.map_or_else(|| format!("{error:#}"), |it| lang.of(it.text()).to_owned());
            // Nowhere else to complain if standard error is gone.
            drop(writeln!(std::io::stderr(), "daicho: {said}"));
            if unusable.is_some() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<std::io::Error>();
    cause.is_some_and(|cause| cause.kind() == ErrorKind::BrokenPipe)
}
