import ArgumentParser
import Foundation
import Ledger
import Wire

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Hash the whole ledger again and compare: events, tree, checkpoint, contents, views, search.",
        discussion: """
            daybook verify
            daybook verify --against ~/safe/checkpoint

            A checkpoint that you keep elsewhere (`daybook proof > FILE`) shows whether the end of the ledger was cut \
            off since, an old copy put back, or its history changed; with --key, also whether it was signed anew by \
            somebody else. It works in a process of its own, for a damaged page can end the process that reads it.

            daybook verify --bundle job.bundle --key KEY      what `daybook bundle` made
            daybook verify --proof 147.proof --key KEY        what `daybook proof` made
            daybook verify --proof grown.proof --against old.checkpoint --key KEY

            These two need no ledger. KEY is `name+id+key` as `daybook proof` prints it; it must come to you by a way \
            that you trust, for it is what everything else rests on. A bundle is read in a process of its own, too: \
            whoever has a key can sign events that no build was made for.

            With --json: one object with `ok`, `events`, `commits`, `streams`, `artifacts`, `artifact_bytes`, `root`, \
            `checkpoint` (null, or `origin`, `events`, `root`), `problems`, `problems_omitted`, `views` (objects \
            with `view`, `identical`, `rows`, `differing`, `problem`) and `search` (null, or `words`, `chunks`, \
            `segments`, `vectors`, `problems`). With --bundle: `ok`, `job`, `events`, \
            `first_position`, `last_position`, `last_event`, `contents`, `content_bytes`, `contents_absent`, \
            `checkpoint`, `key` and `replay` (as `daybook replay --json` prints it). With --proof: `ok`, `key`, \
            `checkpoint`, and `from`, or what the event's entry says. Exit code 76 if the ledger is damaged; 1 if a \
            view differs or the index is damaged, or a bundle or proof does not hold; 65 if it is none.
            """)

    @Option(help: ArgumentHelp("Compare with this checkpoint instead of the one beside the ledger.", valueName: "file"))
    var against: String?

    @Option(help: ArgumentHelp("What the checkpoint must be signed with.", valueName: "name+id+key"))
    var key: String?

    @Option(help: ArgumentHelp("Verify this bundle of a job, without a ledger.", valueName: "file"))
    var bundle: String?

    @Option(help: ArgumentHelp("Verify this proof, without a ledger.", valueName: "file"))
    var proof: String?

    /// The process that looks, rather than the one that prints.
    @Flag(help: .hidden)
    var inside = false

    /// Only this backup, for the process that looks.
    @Option(help: .hidden)
    var backup: String?

    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        if bundle != nil, proof != nil || against != nil {
            throw ValidationError("A bundle brings its own checkpoint: --bundle FILE --key KEY.")
        }
        if bundle != nil || proof != nil, key == nil {
            throw ValidationError("Say by which key: --key NAME+ID+KEY, from somebody you trust.")
        }
    }

    func run() async throws {
        if bundle != nil || proof != nil { return try checkFile() }
        if inside { return try look() }
        let directory = try Workplace.find(from: options.directory)
        var arguments = ["verify", "--inside", "-C", directory]
        if let against { arguments += ["--against", against] }
        if let key { arguments += ["--key", key] }
        let check = try LedgerCheck.elsewhere(arguments, in: directory, what: "the ledger")
        options.json ? Terminal.line(check.json.description) : show(check)
        if !check.isOK { throw Ending(.damaged) }
        if !check.differingViews.isEmpty || !check.searchProblems.isEmpty { throw Ending(.failed) }
    }

    private func look() throws {
        do {
            if let backup { return Terminal.line(try LedgerCheck(ofBackup: backup).json.description) }
            let note = try against.map { path in
                guard let data = FileManager.default.contents(atPath: path) else {
                    throw Complaint("\(path) cannot be read", status: .notFound)
                }
                return Array(data)
            }
            let key = try key.map { try Self.key($0) }
            Terminal.line(try LedgerCheck(of: options.directory, against: note, key: key).json.description)
        } catch {
            throw Complaint(error)
        }
    }

    /// A bundle or a proof: one file, a key, and no ledger.
    private func checkFile() throws {
        let key = try Self.key(key ?? "")
        do {
            if let bundle, inside {
                let bytes = try UserFile.read(bundle, called: bundle, bytesMax: StreamBundle.bytesMax)
                try BundleCheck(bytes, key).show(json: options.json)
            } else if let bundle {
                try UserFile.require(options.path(bundle), called: bundle)
                try BundleCheck.elsewhere(options.path(bundle), key, json: options.json)
            } else if let proof {
                let bytes = try UserFile.read(options.path(proof), called: proof)
                let old = try against.map { try ProofCommand.checkpoint($0, options) }
                try ProofCheck(bytes, key, from: old).show(key, json: options.json)
            }
        } catch let ending as Ending {
            throw ending
        } catch {
            throw Complaint(error)
        }
    }

    private static func key(_ text: String) throws -> VerifierKey {
        guard let key = VerifierKey(text) else {
            throw Complaint(
                "this is no key: \(text)", hint: "it is NAME+ID+KEY, as `daybook proof` prints it", status: .usage)
        }
        return key
    }

    private func show(_ check: LedgerCheck) {
        let json = check.json
        func number(_ name: String) -> Int64 { json[name]?.integer ?? 0 }
        let size = Format.bytes(UInt64(number("artifact_bytes")))
        let counts = "\(Format.plural(number("events"), "event")) in \(Format.plural(number("commits"), "commit"))"
        let contents = "\(Format.plural(number("artifacts"), "content")) (\(size))"
        Terminal.line(
            "\(check.isOK ? Style.green("OK") : Style.red("Damaged")). \(counts), \(contents), all hashed again.")
        Terminal.line("Root        \(json["root"]?.text ?? "")")
        let name = against ?? "the one beside it"
        if let checkpoint = json["checkpoint"], checkpoint != .null {
            let words =
                check.isOK
                ? "agrees, signed at @\(checkpoint["events"]?.integer ?? 0)"
                : "signed at @\(checkpoint["events"]?.integer ?? 0)"
            Terminal.line("Checkpoint  \(words) (\(name))")
        } else {
            Terminal.line("Checkpoint  none yet")
        }
        for problem in json["problems"]?.elements ?? [] {
            Terminal.line("  \(Style.red("!!"))  \((problem.text ?? "").printable)")
        }
        if number("problems_omitted") > 0 {
            Terminal.line("  !!  and \(Format.count(number("problems_omitted"))) more")
        }
        let views = json["views"]?.elements ?? []
        if views.isEmpty, check.isOK { Terminal.line("Views       not compared: nothing can be written here") }
        if !views.isEmpty, check.differingViews.isEmpty {
            let names = views.compactMap { $0["view"]?.text }.joined(separator: ", ")
            Terminal.line("Views       as a rebuild makes them: \(names)")
        }
        for view in views where view["identical"] != true {
            let words =
                view["problem"]?.text ?? "\(Format.plural(view["differing"]?.integer ?? 0, "row")) not as rebuilt"
            Terminal.line("  \(Style.red("!!"))  the view \(view["view"]?.text ?? ""): \(words.printable)")
        }
        if check.searchProblems.isEmpty, let words = json["search"]?["words"]?.text {
            Terminal.line("Search      \(words), read byte by byte")
        }
        for problem in check.searchProblems { Terminal.line("  \(Style.red("!!"))  \(problem.printable)") }
        if !check.isOK {
            Terminal.line("Next: daybook restore BACKUP    nothing was changed; keep .daybook as it is until then")
        } else if let view = check.differingViews.first {
            Terminal.line("Next: daybook rebuild \(view) --diff    the ledger is whole; views can always be made again")
        } else if !check.searchProblems.isEmpty {
            Terminal.line("Next: \(SearchCheck.mending)    the ledger is whole; the index is made of it")
        }
    }
}

extension LedgerCheck {
    /// Looks in a process of its own.
    ///
    /// - Throws: `Complaint`, also if a damaged page ended that process.
    static func elsewhere(_ arguments: [String], in directory: String, what: String) throws -> LedgerCheck {
        let process = try OwnProcess.run(arguments)
        if case .signal(let number) = process.end {
            let left = ViewCheck.rebuildFolder(of: process.id, in: directory)
            try? FileManager.default.removeItem(atPath: left)
            throw Complaint(
                "a page of \(what) is damaged: reading it ended the process (signal \(number))",
                hint: "keep .daybook as it is, and bring a copy back with daybook restore BACKUP", status: .damaged)
        }
        guard let check = LedgerCheck(printed: process.output) else {
            let words = String(decoding: process.errors, as: UTF8.self)
            Terminal.note(words.hasSuffix("\n") ? String(words.dropLast()) : words)
            guard case .exit(let code) = process.end, let status = ExitStatus(rawValue: code) else {
                throw Ending(.failed)
            }
            throw Ending(status)
        }
        return check
    }
}
