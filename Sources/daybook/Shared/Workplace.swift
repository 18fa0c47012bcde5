import Agents
import Connectors
import Coordinator
import Embedding
import EventSourcing
import Events
import Foundation
import Jobs
import Keys
import Ledger
import Sealing
import ViewStore
import Views
import Wire
import Workspace

/// A workspace with its ledger open.
struct Workplace: Sendable {
    /// The folder with `daybook.yaml`.
    let directory: String
    let ledger: Ledger
    let views: ViewStore
    /// The keys of people.
    let keys: KeyStore
    /// Finds what is known.
    let finder: KnowledgeFinder
    let world = LiveWorld()

    /// The folder of the ledger inside a workspace.
    static let ledgerFolder = ".daybook"

    /// Opens the ledger of the workspace that this folder belongs to.
    init(_ options: WorkspaceOptions, readOnly: Bool = false) throws {
        let directory = try Self.find(from: options.directory)
        try self.init(directory, readOnly: readOnly, acceptsRollback: options.acceptRollback)
    }

    init(_ directory: String, readOnly: Bool = false, acceptsRollback: Bool = false) throws {
        self.directory = directory
        let folder = "\(directory)/\(Self.ledgerFolder)"
        guard FileManager.default.fileExists(atPath: "\(folder)/ledger.mdb") else {
            throw Complaint(
                "\(directory) has no ledger yet", hint: "daybook init newsletter DIR makes a workspace with one",
                status: .notFound)
        }
        do {
            ledger = try Ledger(
                at: folder, Ledger.Options(readOnly: readOnly, acceptsDifference: acceptsRollback))
            views = try ViewStore(directory: "\(folder)/views")
            keys = KeyStore(directory: "\(folder)/keys/subjects", redaction: Self.redaction)
            finder = KnowledgeFinder(
                ledger, keys, in: folder,
                modelPath: { Self.weightsPath(of: LoadedWorkspace.embedder(at: directory)) },
                server: {
                    if case .server(let settings) = LoadedWorkspace.embedder(at: directory) { settings } else { nil }
                })
        } catch {
            throw Complaint(error)
        }
    }

    /// Where the weights of the model on this machine lie; nil if nothing says where files of the user are.
    static func weightsPath(of choice: EmbedderChoice?) -> String? {
        let configured: String? = if case .weights(let path) = choice { path } else { nil }
        return ModelPlace.path(configured: configured) { ProcessInfo.processInfo.environment[$0] }
    }

    /// The nearest folder upwards that is a workspace.
    static func find(from start: String) throws -> String {
        guard let path = realpath(start, nil) else {
            throw Complaint("\(start) is no folder that can be entered", status: .notFound)
        }
        defer { free(path) }
        var folder = String(cString: path)
        while true {
            for name in ["daybook.yaml", ledgerFolder]
            where FileManager.default.fileExists(atPath: folder == "/" ? "/\(name)" : "\(folder)/\(name)") {
                return folder
            }
            guard folder != "/" else { break }
            folder = URL(filePath: folder).deletingLastPathComponent().path
        }
        throw Complaint(
            "this is no workspace, nor is any folder above it",
            hint: "daybook init newsletter my-company    makes one", status: .notFound)
    }

    /// What a variable's name holds if its value is a secret.
    private static let secretWords = ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL"]

    /// Knows the secrets of the environment, by the names of their variables.
    private static var redaction: Redaction {
        let variables = ProcessInfo.processInfo.environment.filter { name, value in
            secretWords.contains(where: name.uppercased().contains) && !value.hasPrefix("/")
        }
        return Redaction(Array(variables.values))
    }

    func close() {
        finder.save()
        try? views.checkpoint()
        ledger.close()
    }

    /// The files as they stand now.
    func files() throws -> LoadedWorkspace {
        do {
            return try LoadedWorkspace.load(at: directory)
        } catch {
            throw Complaint("\(error)", status: .badInput)
        }
    }

    /// Contents of the ledger by digest.
    var artifacts: ArtifactShelf { ArtifactShelf(ledger, keys) }

    /// A job as it stands.
    func session(_ job: String) throws(ReadFailure) -> JobSession { try JobSession(job, in: ledger, keys) }

    var decider: JobDecider { JobDecider(artifacts: artifacts) }

    /// A view brought up to the end of the ledger. Where nothing can be written it is folded in memory.
    func view<P: Projection>(_ projection: P) throws -> any RowSource {
        do {
            guard ledger.isReadOnly else { return try views.catchUp(projection, from: ledger) }
            var rows = MemoryRows()
            try rows.fold(projection, from: ledger, after: 0)
            return rows
        } catch {
            throw Complaint(error)
        }
    }

    /// Refuses at once where nothing can be written.
    func requireWritable() throws {
        guard let reason = ledger.readOnlyReason else { return }
        let isDamage = reason.contains("checkpoint")
        throw Complaint(
            reason,
            hint: isDamage
                ? "daybook verify says more; --accept-rollback goes on with what is there" : "reading works",
            status: isDamage ? .damaged : .noAccess)
    }
}

// MARK: - Driving
extension Workplace {
    private var lockPath: String { "\(directory)/\(Self.ledgerFolder)/driver.lock" }

    /// The right to drive, for as long as it is held; complains if another process has it.
    func takeDriverLock() throws -> DriverLock {
        guard let lock = DriverLock(path: lockPath) else {
            let holder = DriverLock.holder(of: lockPath).map { " (process \($0))" } ?? ""
            throw Complaint(
                "another daybook drives this workspace\(holder)",
                hint: "reading, reviewing and starting jobs work meanwhile; run `daybook work` when it is done",
                status: .busy)
        }
        return lock
    }

    /// Runs with the right to drive; complains if another process has it.
    func driving<R>(
        observer: any DriveObserver, _ body: (Driver) async throws -> R
    ) async throws -> R {
        try requireWritable()
        let lock = try takeDriverLock()
        defer { withExtendedLifetime(lock) {} }
        try finishErasures()
        let secret: @Sendable (String) -> String? = { ProcessInfo.processInfo.environment[$0] }
        do {
            let driver = try await Driver(
                on: ledger, keyring: keys, world: world, calls: AgentHub(workspace: directory, secret: secret),
                effects: ConnectorHub(workspace: directory, secret: secret), context: WorkspaceContext(workplace: self),
                observer: observer, version: Version.text)
            return try await body(driver)
        } catch let failure as DriveFailure {
            throw Complaint(failure.description, status: .storage)
        }
    }
}
