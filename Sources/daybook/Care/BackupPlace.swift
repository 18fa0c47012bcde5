import EventSourcing
import Foundation

/// Where a backup goes: the file that was named, or a new one in the folder that was named.
enum BackupPlace {
    static func path(_ name: String, workspace: String, now: Timestamp) throws -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) else { return name }
        guard isFolder.boolValue else {
            throw Complaint("\(name) is there already; a backup never replaces anything", status: .usage)
        }
        let stamp = Format.iso(now).prefix(19).filter { $0 != "-" && $0 != ":" }
        return URL(filePath: name).appending(path: "\(URL(filePath: workspace).lastPathComponent)-\(stamp)Z.mdb").path
    }
}
