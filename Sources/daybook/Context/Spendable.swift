import EventSourcing
import Views
import Workspace

/// What the budgets of daybook.yaml leave.
enum Spendable {
    /// In micro-dollars, the tighter of the day's and the month's; nil without a limit. Days and months are UTC's.
    static func microdollars(in workplace: Workplace) throws -> UInt64? {
        let budgets = try workplace.files().budgets
        guard budgets.dayMicrodollars != nil || budgets.monthMicrodollars != nil else { return nil }
        let metrics = try workplace.view(Metrics())
        let today = UInt32(clamping: workplace.world.now() / 86_400_000_000)
        let ofMonth = UInt32(Format.iso(workplace.world.now()).split(separator: "-")[2].prefix(2)) ?? 1
        func left(_ limit: UInt64?, since day: UInt32) throws -> UInt64? {
            guard let limit else { return nil }
            return limit - min(limit, try Metrics.spent(since: day, in: metrics))
        }
        return [
            try left(budgets.dayMicrodollars, since: today),
            try left(budgets.monthMicrodollars, since: today - (ofMonth - 1)),
        ].compactMap(\.self).min()
    }
}
