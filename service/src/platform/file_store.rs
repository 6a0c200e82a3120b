//! Contents of files: in a directory, or in a bucket of an S3-compatible service.

use crate::{Error, platform::crypto::install_tls_provider};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::{ErrorCode, FileId, TenantId};
use futures_util::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{
    ObjectStore, ObjectStoreExt as _, RetryConfig, aws::AmazonS3Builder, local::LocalFileSystem, path::Path,
};
use std::{fs, io, sync::Arc, time::Duration};

/// Timeout of a request to an S3-compatible service, including all retries.
const RETRY_TIMEOUT: Duration = Duration::from_secs(15);

/// An S3-compatible service.
#[derive(Clone, Debug)]
pub struct S3Settings {
    /// URL of the service; `None` for Amazon.
    pub endpoint: Option<String>,
    /// Region, such as `eu-central-1`.
    pub region: String,
    /// The bucket.
    pub bucket: String,
    /// Access key id.
    pub access_key_id: String,
    /// Secret access key.
    pub secret_access_key: String,
}

/// The store of the contents of files, at `<tenant>/<file>`. Cheap to clone.
#[derive(Clone, Debug)]
pub struct FileStore(Arc<dyn ObjectStore>);

/// A stored content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoredObject {
    pub tenant: TenantId,
    pub file: FileId,
    pub modified_at: DateTime<Utc>,
}

fn location(tenant: TenantId, file: FileId) -> Path {
    Path::from(format!("{tenant}/{file}"))
}

fn unavailable(error: &object_store::Error) -> Error {
    tracing::error!(%error, "file store unavailable");
    Error::api(
        ErrorCode::Unavailable,
        "Files are temporarily unavailable. Please try again.",
    )
}

impl FileStore {
    /// A directory, which is created if it does not exist. Only this user can read it.
    ///
    /// # Errors
    /// When the directory cannot be created.
    pub fn directory(path: &std::path::Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
        }
        let store = LocalFileSystem::new_with_prefix(path)
            .map_err(io::Error::other)?
            .with_automatic_cleanup(true);
        Ok(Self(Arc::new(store)))
    }

    /// A bucket.
    ///
    /// # Errors
    /// [`Error::Internal`], with a message for the operator, when a setting is not valid.
    pub fn s3(settings: &S3Settings) -> Result<Self, Error> {
        install_tls_provider();
        let retry = RetryConfig {
            retry_timeout: RETRY_TIMEOUT,
            ..RetryConfig::default()
        };
        let mut builder = AmazonS3Builder::new()
            .with_region(&settings.region)
            .with_bucket_name(&settings.bucket)
            .with_access_key_id(&settings.access_key_id)
            .with_secret_access_key(&settings.secret_access_key)
            .with_retry(retry);
        if let Some(endpoint) = &settings.endpoint {
            builder = builder
                .with_endpoint(endpoint)
                .with_allow_http(endpoint.starts_with("http://"))
                .with_virtual_hosted_style_request(false);
        }
        let store = builder.build().map_err(|e| Error::Internal(e.to_string()))?;
        Ok(Self(Arc::new(store)))
    }

    /// Stores a content.
    ///
    /// # Errors
    /// `unavailable` when the store cannot be reached.
    pub(crate) async fn put(&self, tenant: TenantId, file: FileId, content: Vec<u8>) -> Result<(), Error> {
        let stored = self.0.put(&location(tenant, file), content.into()).await;
        stored.map(|_| ()).map_err(|e| unavailable(&e))
    }

    /// A content in chunks; `None` if it does not exist.
    ///
    /// # Errors
    /// `unavailable` when the store cannot be reached.
    pub(crate) async fn get(
        &self,
        tenant: TenantId,
        file: FileId,
    ) -> Result<Option<BoxStream<'static, io::Result<Bytes>>>, Error> {
        match self.0.get(&location(tenant, file)).await {
            Ok(found) => Ok(Some(found.into_stream().map_err(io::Error::other).boxed())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// Copies a content. False if it does not exist.
    ///
    /// # Errors
    /// `unavailable` when the store cannot be reached.
    pub(crate) async fn copy(
        &self,
        from_tenant: TenantId,
        from: FileId,
        to_tenant: TenantId,
        to: FileId,
    ) -> Result<bool, Error> {
        match self
            .0
            .copy(&location(from_tenant, from), &location(to_tenant, to))
            .await
        {
            Ok(()) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// Deletes a content, if it exists.
    ///
    /// # Errors
    /// `unavailable` when the store cannot be reached.
    pub(crate) async fn delete(&self, tenant: TenantId, file: FileId) -> Result<(), Error> {
        match self.0.delete(&location(tenant, file)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// All contents, in no particular order.
    pub(crate) fn list(&self) -> BoxStream<'static, Result<StoredObject, Error>> {
        self.0
            .list(None)
            .try_filter_map(async |object| {
                let mut parts = object.location.parts();
                let tenant = parts.next().and_then(|part| part.as_ref().parse().ok());
                let file = parts.next().and_then(|part| part.as_ref().parse().ok());
                Ok(tenant.zip(file).map(|(tenant, file)| StoredObject {
                    tenant,
                    file,
                    modified_at: object.last_modified,
                }))
            })
            .map_err(|e| unavailable(&e))
            .boxed()
    }
}
