import { Heading } from '../parts/heading.js';
import { LibraryPart } from '../library/library-part.js';
import { AboutThis } from './about-this.js';
import { DropZone } from './drop-zone.js';
import { EmptyNotice } from './empty-notice.js';
import { JobList } from './job-list.js';
import { Samples } from './samples.js';

export function WorkView() {
  return (
    <>
      <Heading>Your work</Heading>
      <AboutThis />
      <EmptyNotice />
      <DropZone />
      <Samples />
      <JobList />
      <LibraryPart />
    </>
  );
}
