//! An in-process S3-compatible server that stores objects in a temporary directory and checks signatures.

use super::TempDir;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use service::platform::file_store::{FileStore, S3Settings};
use std::{fs, path::PathBuf};
use tokio::{net::TcpListener, task::JoinHandle};

const BUCKET: &str = "jobhax-files";
const ACCESS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The running server, which has one bucket.
pub struct S3Server {
    dir: TempDir,
    endpoint: String,
    task: JoinHandle<()>,
}

impl S3Server {
    pub async fn start() -> Self {
        let dir = TempDir::new();
        fs::create_dir(dir.0.join(BUCKET)).expect("bucket");
        let mut builder = S3ServiceBuilder::new(FileSystem::new(&dir.0).expect("directory"));
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
        let service = builder.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let endpoint = format!("http://{}", listener.local_addr().expect("address"));
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    let connection = Builder::new(TokioExecutor::new());
                    // A connection that the client closes is not a test failure.
                    let _ = connection.serve_connection(TokioIo::new(socket), service).await;
                });
            }
        });
        Self { dir, endpoint, task }
    }

    /// Settings of a client with access to the bucket.
    pub fn settings(&self) -> S3Settings {
        S3Settings {
            endpoint: Some(self.endpoint.clone()),
            region: "us-east-1".into(),
            bucket: BUCKET.into(),
            access_key_id: ACCESS_KEY_ID.into(),
            secret_access_key: SECRET_ACCESS_KEY.into(),
        }
    }

    pub fn file_store(&self) -> FileStore {
        FileStore::s3(&self.settings()).expect("settings")
    }

    /// The objects of the bucket.
    pub fn objects(&self) -> Vec<PathBuf> {
        let mut paths = Vec::new();
        for tenant in fs::read_dir(self.dir.0.join(BUCKET)).expect("bucket").flatten() {
            if let Ok(entries) = fs::read_dir(tenant.path()) {
                paths.extend(entries.flatten().map(|e| e.path()));
            }
        }
        paths
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
