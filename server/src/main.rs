//! The binary `jobhax`.

use server::{cli, config::Cli, error::StartupError};
use std::{process::ExitCode, time::Duration};

/// An allocator that returns freed memory to the system. glibc's allocator keeps the 19 MiB that each password hash needs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long to wait for blocking threads, such as password hashing, after everything else has stopped.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

/// The exit status that requests a restart; `EX_TEMPFAIL` in `sysexits.h`.
const RESTART: u8 = 75;

fn main() -> ExitCode {
    let command = Cli::read();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let result = runtime.block_on(cli::run(command));
    runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ StartupError::PoolStuck) => {
            fail(&error);
            ExitCode::from(RESTART)
        }
        Err(error) => fail(&error),
    }
}

/// Prints the error as one line.
fn fail(error: &dyn std::error::Error) -> ExitCode {
    let text = error.to_string();
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut stderr = std::io::stderr().lock();
    let _ = std::io::Write::write_all(&mut stderr, format!("jobhax: {line}\n").as_bytes());
    ExitCode::FAILURE
}
