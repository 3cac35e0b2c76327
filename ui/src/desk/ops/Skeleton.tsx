/** Empty cards while nothing at all is known yet; old rows are never replaced by these. */
export const Skeleton = () => (
  <div className="skeleton" aria-hidden="true">
    {[0, 1, 2, 3].map((each) => (
      <div key={each} />
    ))}
  </div>
)
