import EventSourcing
import Events
import Wire

/// The rows of one flow's metrics, found once and kept at hand while a batch is folded.
final class FlowMetrics {
    /// The flow.
    let flow: String
    /// The flow as a part of keys.
    let part: String
    let names: FlowNames
    private let own: RowCell<FlowMetricsRow>
    private var calls = Shelf<CallMetricsRow>("calls", names: 3)
    private var approvals = Shelf<ApprovalMetricsRow>("approvals", names: 1)
    private var effects = Shelf<EffectMetricsRow>("effects", names: 2)
    /// The row of outcomes that was used last.
    private var recent: (stretch: Position, cell: RowCell<RecentOutcomes>)?

    fileprivate init(_ flow: String, in rows: inout Rows) throws(WireError) {
        self.flow = flow
        part = RowKey.part(flow)
        names = try FlowNames(ofFlow: part, in: &rows)
        own = try rows.cell(RowKey.join("flow", part))
    }

    static func of(_ flow: String, in rows: inout Rows) throws(WireError) -> FlowMetrics {
        try MetricsBook.of(&rows).flow(flow, in: &rows)
    }

    func update(_ rows: inout Rows, _ change: (inout FlowMetricsRow) -> Void) throws(WireError) {
        rows.change(own, or: FlowMetricsRow(flow: flow), change)
    }

    func update(
        calls place: CallPlace?, _ rows: inout Rows, _ change: (inout CallMetricsRow) -> Void
    ) throws(WireError) {
        guard let place else { return }
        let cell = try calls.cell(of: self, [place.step, place.executor, place.model, 0], &rows)
        rows.change(
            cell,
            or: CallMetricsRow(
                flow: flow, step: names[place.step], executor: names[place.executor], model: names[place.model]),
            change)
    }

    func update(
        approvals step: UInt32, _ rows: inout Rows, _ change: (inout ApprovalMetricsRow) -> Void
    ) throws(WireError) {
        let cell = try approvals.cell(of: self, [step, 0, 0, 0], &rows)
        rows.change(cell, or: ApprovalMetricsRow(flow: flow, step: names[step]), change)
    }

    func update(
        effects step: UInt32, _ connector: UInt32, _ rows: inout Rows, _ change: (inout EffectMetricsRow) -> Void
    ) throws(WireError) {
        let cell = try effects.cell(of: self, [step, connector, 0, 0], &rows)
        rows.change(cell, or: EffectMetricsRow(flow: flow, step: names[step], connector: names[connector]), change)
    }

    func remember(outcome key: String, at position: Position, _ rows: inout Rows) throws(WireError) {
        let stretch = position / RecentOutcomes.positionsPerRow
        let cell: RowCell<RecentOutcomes>
        if let recent, recent.stretch == stretch {
            cell = recent.cell
        } else {
            cell = try rows.cell(RowKey.join("recent", part, RowKey.countedDown(stretch)))
            recent = (stretch, cell)
        }
        rows.change(cell, or: RecentOutcomes()) { $0.append(key, at: position) }
    }
}

/// A flow's rows of one kind. There are few of each flow, so they are looked for one by one.
private struct Shelf<Row: WireMessage> {
    /// Rows kept at hand; others are found by their keys.
    static var cellsMax: Int { 64 }

    private let kind: String
    /// Of the names in a key.
    private let count: Int
    private var kept: [(label: SIMD4<UInt32>, cell: RowCell<Row>)] = []

    init(_ kind: String, names count: Int) {
        self.kind = kind
        self.count = count
    }

    mutating func cell(
        of flow: FlowMetrics, _ names: SIMD4<UInt32>, _ rows: inout Rows
    ) throws(WireError) -> RowCell<Row> {
        for index in kept.indices where kept[index].label == names { return kept[index].cell }
        var key = RowKey.join(kind, flow.part)
        for place in 0..<count { key = RowKey.join(key, RowKey.part(flow.names[names[place]])) }
        let cell: RowCell<Row> = try rows.cell(key)
        if kept.count < Self.cellsMax { kept.append((names, cell)) }
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

    func flow(_ name: String, in rows: inout Rows) throws(WireError) -> FlowMetrics {
        if let flow = flows[name] { return flow }
        let flow = try FlowMetrics(name, in: &rows)
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
