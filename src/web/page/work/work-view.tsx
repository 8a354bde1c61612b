import { Heading } from '../parts/heading.js';
import { LibraryPart } from '../library/library-part.js';
import { DropZone } from './drop-zone.js';
import { JobList } from './job-list.js';
import { Samples } from './samples.js';

export function WorkView() {
  return (
    <>
      <Heading>Your work</Heading>
      <DropZone />
      <Samples />
      <JobList />
      <LibraryPart />
    </>
  );
}
