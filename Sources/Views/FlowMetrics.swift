import EventSourcing
import Events
import Wire

/// The rows of one flow's metrics, found once and kept at hand while a batch is folded.
final class FlowMetrics {
    /// The flow.
    let name: String
    private let part: String
    private var own: RowCell<FlowMetricsRow>?
    private var calls = Shelf<CallMetricsRow>()
    private var approvals = Shelf<ApprovalMetricsRow>()
    private var effects = Shelf<EffectMetricsRow>()

    fileprivate init(_ name: String) {
        self.name = name
        part = RowKey.part(name)
    }

    static func of(_ flow: String, in rows: inout Rows) -> FlowMetrics { MetricsBook.of(&rows).flow(flow) }

    func update(_ rows: inout Rows, _ change: (inout FlowMetricsRow) -> Void) throws(WireError) {
        let cell: RowCell<FlowMetricsRow>
        if let own { cell = own } else { cell = try rows.cell(RowKey.join("flow", part)) }
        own = cell
        rows.change(cell, or: FlowMetricsRow(flow: name), change)
    }

    func update(
        calls place: PlaceRow?, _ rows: inout Rows, _ change: (inout CallMetricsRow) -> Void
    ) throws(WireError) {
        guard let place else { return }
        let cell = try calls.cell("calls", part, place.step, place.executor, place.model, &rows)
        rows.change(cell, or: CallMetricsRow(place, flow: name), change)
    }

    func update(
        approvals step: String, _ rows: inout Rows, _ change: (inout ApprovalMetricsRow) -> Void
    ) throws(WireError) {
        let cell = try approvals.cell("approvals", part, step, nil, nil, &rows)
        rows.change(cell, or: ApprovalMetricsRow(flow: name, step: step), change)
    }

    func update(
        effects step: String, _ connector: String, _ rows: inout Rows, _ change: (inout EffectMetricsRow) -> Void
    ) throws(WireError) {
        let cell = try effects.cell("effects", part, step, connector, nil, &rows)
        rows.change(cell, or: EffectMetricsRow(flow: name, step: step, connector: connector), change)
    }
}

/// A flow's rows of one kind. There are few of each flow, so they are looked for one by one.
private struct Shelf<Row: WireMessage> {
    /// Rows kept at hand; others are found by their keys.
    static var cellsMax: Int { 64 }

    private var kept: [(step: String, second: String?, third: String?, cell: RowCell<Row>)] = []

    mutating func cell(
        _ kind: String, _ flow: String, _ step: String, _ second: String?, _ third: String?, _ rows: inout Rows
    ) throws(WireError) -> RowCell<Row> {
        for row in kept where row.step == step && row.second == second && row.third == third { return row.cell }
        var key = RowKey.join(kind, flow, RowKey.part(step))
        for part in [second, third] {
            if let part { key = RowKey.join(key, RowKey.part(part)) }
        }
        let cell: RowCell<Row> = try rows.cell(key)
        if kept.count < Self.cellsMax { kept.append((step, second, third, cell)) }
        return cell
    }
}

/// What the metrics work out once for all streams.
private final class MetricsBook {
    private var flows: [String: FlowMetrics] = [:]
    private var today: (day: UInt32, cell: RowCell<SpendRow>)?

    static func of(_ rows: inout Rows) -> MetricsBook {
        // No stream has the number 0.
        if let book = rows.memo(of: 0, as: MetricsBook.self) { return book }
        let book = MetricsBook()
        rows.keep(book, of: 0)
        return book
    }

    func flow(_ name: String) -> FlowMetrics {
        if let flow = flows[name] { return flow }
        let flow = FlowMetrics(name)
        flows[name] = flow
        return flow
    }

    func spending(on day: UInt32, _ rows: inout Rows) throws(WireError) -> RowCell<SpendRow> {
        if let today, today.day == day { return today.cell }
        let cell: RowCell<SpendRow> = try rows.cell(RowKey.join("spend", RowKey.version(day)))
        today = (day, cell)
        return cell
    }
}

extension Rows {
    /// Books what a call cost on its day; one that cost nothing leaves no row.
    mutating func spend(_ microdollars: UInt64, at time: Timestamp) throws(WireError) {
        guard microdollars > 0 else { return }
        let day = UInt32(clamping: time / 86_400_000_000)
        let cell = try MetricsBook.of(&self).spending(on: day, &self)
        change(cell, or: SpendRow(day: day, costMicrodollars: 0, calls: 0)) { row in
            row.costMicrodollars += microdollars
            row.calls += 1
        }
    }
}
