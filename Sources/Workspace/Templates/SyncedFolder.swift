/// Folders that another program copies elsewhere, file by file, while they are written.
public enum SyncedFolder {
    /// Folder names in lower case, and the service that they belong to. A name may go on behind a space.
    private static let services: KeyValuePairs<String, String> = [
        "dropbox": "Dropbox", "onedrive": "OneDrive", "icloud drive": "iCloud", "iclouddrive": "iCloud",
        "icloud": "iCloud", "mobile documents": "iCloud", "com~apple~clouddocs": "iCloud",
        "google drive": "Google Drive", "googledrive": "Google Drive", "cloudstorage": "a cloud drive",
    ]

    /// The service that would copy this path; nil if its name gives none away.
    public static func service(of path: String) -> String? {
        for component in path.split(separator: "/") {
            let name = component.lowercased()
            for (folder, service) in services where name == folder || name.hasPrefix(folder + " ") { return service }
        }
        return nil
    }
}
