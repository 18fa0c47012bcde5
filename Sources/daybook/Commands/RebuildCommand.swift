import ArgumentParser
import EventSourcing
import Events
import Ledger
import ViewStore
import Views
import Wire

struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild", abstract: "Fold a view anew from the ledger, beside the live one, and compare.",
        discussion: """
            daybook rebuild                     every view
            daybook rebuild metrics --diff      what differs, and since when
            daybook rebuild metrics --switch    the rebuilt view becomes the live one
            daybook rebuild metrics --switch-back

            It also says which calls were shown a wrong value, and what the time went into: reading the log, decoding \
            events, folding them into rows, tracing which event changed which row, and storing.

            With --json: one object a view with `view`, `identical`, `position` (the last event in it), `live_rows`, \
            `rebuilt_rows`, `added`, `removed`, `changed`, `changes` (objects with `key`, `kind`, `fields`, `parts`, \
            the first event behind which the two differ, and `event`, its name), `wrong_reads` (objects with `job`, \
            `step`, `position`, `key`, `content`) and `switched` (null, or the generations `from` and `to`).
            """)

    @Argument(help: "jobs, inbox, knowledge, timeline, metrics, lineage or session; all of them without it.")
    var view: String?

    @Flag(help: "Print every row that differs.")
    var diff = false

    @Flag(name: .customLong("switch"), help: "Make the rebuilt view the live one.")
    var switches = false

    @Flag(help: "Make the view from before the last switch the live one again.")
    var switchBack = false

    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
        if let view, StandardView(rawValue: view) == nil {
            let names = StandardView.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("There is no view \(view). The views are \(names).")
        }
        guard switchBack else { return }
        if view == nil { throw ValidationError("--switch-back needs the name of a view.") }
        if switches || diff { throw ValidationError("--switch-back stands alone.") }
    }

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let views = view.flatMap(StandardView.init(rawValue:)).map { [$0] } ?? StandardView.allCases
        if switches || switchBack { try workplace.requireWritable() }
        if switchBack { return try await back(views[0], in: workplace) }
        let begun = workplace.world.ticks()
        let rebuilds = try await ViewRebuild.all(views, in: workplace)
        if !options.json { announce(rebuilds, nanoseconds: workplace.world.ticks() - begun) }
        for rebuild in rebuilds { try await finish(rebuild, in: workplace) }
        guard !options.json else { return }
        conclude(rebuilds)
    }

    private func announce(_ rebuilds: [ViewRebuild], nanoseconds: UInt64) {
        let events = rebuilds.map(\.diff.shadowPosition).max() ?? 0
        let what = rebuilds.count == 1 ? "a shadow. The live view keeps" : "shadows. The live views keep"
        let time = Format.duration(nanoseconds / 1_000)
        let rate = Format.count(UInt64(Double(events) * 1e9 / Double(max(1, nanoseconds))))
        Terminal.line("\(Format.plural(events, "event")) into \(what) serving. \(time) (\(rate) events/s)")
        Terminal.line("  \(rebuilds.map(\.shares).reduce(FoldShares(), +).summary)")
    }

    /// Prints one view, and switches it if that was asked for.
    private func finish(_ rebuild: ViewRebuild, in workplace: Workplace) async throws {
        let wrong = try rebuild.wrongReads(in: workplace)
        if !options.json {
            let rows = "\(Format.count(rebuild.diff.liveRows)) live, \(Format.count(rebuild.diff.shadowRows)) rebuilt"
            Terminal.line("  \(rebuild.name.column(10)) \(rows.column(28)) \(rebuild.summary)")
            if diff { for line in rebuild.lines(in: workplace.ledger) { Terminal.line("    \(line)") } }
            if !wrong.isEmpty {
                Terminal.line("\(Format.plural(wrong.count, "call was", "calls were")) shown a wrong value:")
                for read in wrong { Terminal.line("    \(ViewRebuild.line(read, in: workplace))") }
            }
        }
        var switched: (from: UInt32, to: UInt32)?
        if switches {
            do { switched = try workplace.views.switchToShadow(of: rebuild.name) } catch { throw Complaint(error) }
        }
        if let switched {
            let position = try await workplace.note([
                rebuild.rebuilt,
                .viewSwitched(
                    ViewSwitched(view: rebuild.name, fromGeneration: switched.from, toGeneration: switched.to)),
            ])
            if !options.json { Terminal.line("  \(rebuild.name.column(10)) switched @\(position)") }
        }
        if options.json { Terminal.line(rebuild.json(wrong, switched: switched, in: workplace.ledger).description) }
    }

    private func conclude(_ rebuilds: [ViewRebuild]) {
        let differing = rebuilds.filter { !$0.diff.isEmpty }
        guard !switches else {
            Terminal.line("Live \(rebuilds.count == 1 ? "is the new view" : "are the new views").")
            return Terminal.line("Next: daybook rebuild \(rebuilds[0].name) --switch-back    at any time")
        }
        guard let first = differing.first else {
            return Terminal.line(rebuilds.count == 1 ? "Identical." : "Identical, all \(rebuilds.count).")
        }
        Terminal.line("Live is still the old view.")
        if !diff { Terminal.line("Next: daybook rebuild \(first.name) --diff      what differs, and since when") }
        let word = diff ? "Next:" : "     "
        Terminal.line("\(word) daybook rebuild \(first.name) --switch    (and --switch-back at any time)")
    }

    private func back(_ view: StandardView, in workplace: Workplace) async throws {
        func move<P: Projection>(_ projection: P) throws -> (from: UInt32, to: UInt32) {
            do {
                return try workplace.views.switchBack(projection)
            } catch ViewFailure.nothingToSwitchBackTo {
                throw Complaint("\(view.rawValue) was not switched: there is nothing to go back to", status: .notFound)
            } catch {
                throw Complaint(error)
            }
        }
        let moved = try move(view.projection)
        let position = try await workplace.note([
            .viewSwitched(ViewSwitched(view: view.rawValue, fromGeneration: moved.from, toGeneration: moved.to))
        ])
        if options.json {
            let generations = JSON.fields(("from", .number(moved.from)), ("to", .number(moved.to)))
            return Terminal.line(JSON.fields(("view", .string(view.rawValue)), ("switched", generations)).description)
        }
        Terminal.line("\(view.rawValue) is again the view from before the switch @\(position).")
        Terminal.line("Next: daybook rebuild \(view.rawValue) --diff    what the two differ in")
    }
}
