//! Rate limits.

use clap::Args;
use service::rate_limit::Limits;

/// Rate limit settings.
#[derive(Clone, Copy, Debug, Args)]
pub struct RateLimits {
    /// Rate limits, such as `api=600/m`. Omitted ones keep their default, `name=0` turns one off
    #[arg(long, env = "JOBHAX_LIMITS", default_value_t)]
    pub limits: Limits,
}
