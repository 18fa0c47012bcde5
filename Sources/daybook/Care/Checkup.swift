import Coordinator
import EventSourcing
import Events
import Foundation
import Keys
import Ledger
import ViewStore
import Views
import Workspace

/// Looks at everything that a workspace needs to work well, and mends nothing.
struct Checkup {
    /// Less free space than this is told.
    static let freeBytesMin: UInt64 = 1_000_000_000
    /// A backup that is older is told, in seconds.
    static let backupAgeMax: Timestamp = 7 * 86_400

    let directory: String
    /// Whether to open connections to what models and mail need.
    let probes: Bool

    private var folder: String { "\(directory)/\(Workplace.ledgerFolder)" }

    func findings() -> [Finding] {
        let files = Result { try LoadedWorkspace.load(at: directory) }
        var findings = [place, self.files(files)]
        findings += ledger()
        findings += [SearchCheck(of: directory).finding, EmbedderCheck(directory: directory, probes: probes).finding]
        findings += [space] + modes + [driver]
        if let files = try? files.get() { findings += ExecutorCheck(files, probes: probes).findings }
        return findings
    }

    // MARK: - The folder and its files

    private var place: Finding {
        guard let service = SyncedFolder.service(of: directory) else { return .ok("folder", directory) }
        return .wrong(
            "folder", "\(directory) is copied by \(service) while it is written: a ledger does not survive that",
            next: "move the folder out of \(service), and use daybook backup instead")
    }

    private func files(_ files: Result<LoadedWorkspace, any Error>) -> Finding {
        switch files {
        case .success(let files):
            let parts = [
                Format.plural(files.agents.count, "agent"), Format.plural(files.flows.count, "flow"),
                Format.plural(files.knowledgeFiles.count, "knowledge file"), Format.plural(files.lists.count, "list"),
            ]
            return .ok("files", parts.joined(separator: ", "))
        case .failure(let error):
            let first = "\(error)".split(separator: "\n").first.map(String.init) ?? ""
            return .wrong("files", first, next: "daybook check")
        }
    }

    // MARK: - The ledger and its views

    private func ledger() -> [Finding] {
        let workplace: Workplace
        do {
            workplace = try Workplace(directory)
        } catch {
            let complaint = Complaint(error)
            return [.wrong("ledger", complaint.message, next: complaint.hint)]
        }
        defer { workplace.close() }
        let head = (try? workplace.ledger.head()) ?? 0
        var findings: [Finding] = []
        if let reason = workplace.ledger.readOnlyReason {
            findings.append(.wrong("ledger", reason, next: "daybook verify says more"))
        } else {
            findings.append(
                .ok(
                    "ledger", "\(Format.plural(head, "event")), as its checkpoint says; daybook verify hashes all of it"
                ))
        }
        findings.append(keys(workplace))
        findings.append(views(workplace))
        findings.append(backup(workplace))
        return findings
    }

    private func keys(_ workplace: Workplace) -> Finding {
        do {
            let people = try workplace.keys.everybody().count
            return .ok("keys", people == 0 ? "of nobody" : "of \(Format.plural(people, "person", "people"))")
        } catch {
            let complaint = Complaint(error)
            return .wrong("keys", complaint.message, next: complaint.hint)
        }
    }

    private func views(_ workplace: Workplace) -> Finding {
        guard access(folder, W_OK) == 0 else { return .note("views", "not looked at: nothing can be written here") }
        for view in StandardView.allCases {
            do {
                _ = try workplace.view(view.projection)
            } catch {
                let complaint = Complaint(error)
                return .wrong("views", complaint.message, next: "daybook rebuild \(view.rawValue) --diff")
            }
        }
        return .ok("views", "\(Format.plural(StandardView.allCases.count, "view")), up to date")
    }

    private func backup(_ workplace: Workplace) -> Finding {
        let events = (try? workplace.ledger.events(of: StreamName("ledger"), after: 0)) ?? []
        guard let last = LastBackup(in: events) else {
            return .note("backup", "none was taken yet", next: "daybook backup FOLDER")
        }
        let age = workplace.world.now() - last.time
        let words = last.words(now: workplace.world.now())
        return age > Self.backupAgeMax * 1_000_000
            ? .note("backup", words, next: "daybook backup FOLDER") : .ok("backup", words)
    }

    // MARK: - The machine

    private var space: Finding {
        var info = statvfs()
        guard statvfs(directory, &info) == 0 else { return .wrong("disk", "cannot be asked for its free space") }
        let free = UInt64(info.f_bavail) * UInt64(info.f_frsize)
        let words = "\(Format.bytes(free)) free"
        return free < Self.freeBytesMin
            ? .wrong("disk", words, next: "make room; what is written so far is safe") : .ok("disk", words)
    }

    /// What only the owner should be able to read.
    private var modes: [Finding] {
        let open = ["", "/ledger.mdb", "/keys", "/keys/signing.key"].map { folder + $0 }.filter { path in
            var info = stat()
            // A file inside a closed folder is closed.
            return stat(path, &info) == 0 && info.st_mode & 0o077 != 0 && (path == folder || path.contains("/keys"))
        }
        guard !open.isEmpty else { return [.ok("modes", ".daybook and its keys are yours alone")] }
        let paths = open.map { String($0.dropFirst(directory.count + 1)) }.joined(separator: " ")
        return [.wrong("modes", "others on this machine can read \(paths)", next: "chmod go-rwx \(paths)")]
    }

    private var driver: Finding {
        let path = "\(folder)/driver.lock"
        guard FileManager.default.fileExists(atPath: path) else { return .ok("driver", "nobody drives") }
        if DriverLock(path: path) != nil { return .ok("driver", "nobody drives") }
        let holder = DriverLock.holder(of: path).map { "process \($0)" } ?? "another process"
        return .note("driver", "\(holder) drives this workspace")
    }
}
